import { MiddleError } from '@middle/core/errors.ts';
import { Command, CommanderError } from 'commander';
import { register as app } from './commands/app.ts';
import { register as completion } from './commands/completion.ts';
import { register as logs } from './commands/logs.ts';
import { register as records } from './commands/records.ts';
import { register as sample } from './commands/sample.ts';
import { register as status } from './commands/status.ts';
import { register as stop } from './commands/stop.ts';
import { register as sync } from './commands/sync.ts';
import { register as up } from './commands/up.ts';
import { DATA_VARIABLE, createContext, defaultDataFolder } from './context.ts';
import { EXIT_CODES, exitCodesHelp } from './exit-codes.ts';
import { release } from './release.ts';
import { report } from './report.ts';

const program = new Command('middle')
  .description('Runs a stack of Middle on this machine, and works with one that runs.')
  .version(await release())
  .option('--data <dir>', `the stack's data folder (default: $${DATA_VARIABLE} or ${defaultDataFolder()})`)
  .option('--json', 'print one line of JSON instead of text')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(add --help for what there is)')
  .addHelpText('after', exitCodesHelp())
  .exitOverride();

const context = createContext(program);
for (const register of [up, status, stop, logs, app, sync, records, sample, completion])
  register(program, context);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = failed(error);
}

function failed(error: unknown): number {
  // Commander has said on the terminal what was wrong with the command line.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage.code;
  if (error instanceof Error) return report(error, context.json);
  return report(new MiddleError('internal', String(error)), context.json);
}
