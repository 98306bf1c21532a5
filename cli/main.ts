import { MiddleError } from '@middle/core/errors.ts';
import { CommanderError } from 'commander';
import { EXIT_CODES } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { release } from './release.ts';
import { report } from './report.ts';

const { program, context } = createProgram(await release());

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
