import { Command } from 'commander';
import { register as alerts } from './commands/alerts.ts';
import { register as app } from './commands/app.ts';
import { register as backup } from './commands/backup.ts';
import { register as completion } from './commands/completion.ts';
import { register as doctor } from './commands/doctor.ts';
import { register as executions } from './commands/executions.ts';
import { register as keys } from './commands/keys.ts';
import { register as logs } from './commands/logs.ts';
import { register as modules } from './commands/modules.ts';
import { register as records } from './commands/records.ts';
import { register as restore } from './commands/restore.ts';
import { register as sample } from './commands/sample.ts';
import { register as status } from './commands/status.ts';
import { register as stop } from './commands/stop.ts';
import { register as sync } from './commands/sync.ts';
import { register as up } from './commands/up.ts';
import { register as webhooks } from './commands/webhooks.ts';
import { register as workflows } from './commands/workflows.ts';
import { DATA_VARIABLE, createContext, defaultDataFolder } from './context.ts';
import type { Context } from './context.ts';
import { exitCodesHelp } from './exit-codes.ts';

/** Every command of `middle`. */
export function createProgram(version: string): { program: Command; context: Context } {
  const program = new Command('middle')
    .description('Runs a stack of Middle on this machine, and works with one that runs.')
    .version(version)
    .option('--data <dir>', `the stack's data folder (default: $${DATA_VARIABLE} or ${defaultDataFolder()})`)
    .option('--json', 'print one line of JSON instead of text')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what there is)')
    .addHelpText('after', exitCodesHelp())
    .exitOverride();
  const context = createContext(program);
  for (const register of [
    up,
    status,
    stop,
    logs,
    doctor,
    app,
    sync,
    records,
    workflows,
    modules,
    executions,
    keys,
    webhooks,
    alerts,
    backup,
    restore,
    sample,
    completion,
  ])
    register(program, context);
  return { program, context };
}
