import type { Fault } from '@middle/core/errors.ts';
import type { ErrorCode } from '@middle/core/error-codes.ts';

/** What a program may rely on; shown by `middle --help`. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'Middle itself failed' },
  usage: { code: 2, meaning: 'wrong command line' },
  notRunning: { code: 3, meaning: 'the stack does not run' },
  alreadyRunning: { code: 4, meaning: 'the stack already runs' },
  refused: { code: 5, meaning: 'refused: the request was wrong, or not allowed, or names nothing' },
  app: { code: 6, meaning: 'the app is wrong: its package, its code or what it sent' },
  operator: { code: 7, meaning: 'this installation is wrong: its configuration, folder, port or keys' },
  checkFailed: { code: 8, meaning: 'a check ran and found something: doctor, app check, app test' },
  interrupted: { code: 130, meaning: 'ended by Ctrl-C before it was ready, or by a second Ctrl-C' },
} as const;

const BY_FAULT = {
  user: EXIT_CODES.refused.code,
  developer: EXIT_CODES.app.code,
  operator: EXIT_CODES.operator.code,
  platform: EXIT_CODES.failed.code,
} as const satisfies Record<Fault, number>;

export function exitCodeOf(code: ErrorCode, fault: Fault): number {
  if (code === 'not_running') return EXIT_CODES.notRunning.code;
  if (code === 'already_running') return EXIT_CODES.alreadyRunning.code;
  return BY_FAULT[fault];
}

export function exitCodesHelp(): string {
  const lines = Object.values(EXIT_CODES).map(
    ({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`,
  );
  return `\nExit codes:\n${lines.join('\n')}`;
}
