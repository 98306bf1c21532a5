import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { MiddleError } from '@middle/core/errors.ts';
import type { PartCommand } from './part.ts';
import type { PartLog } from './part-log.ts';
import { send } from './processes.ts';

export interface PartProcess {
  readonly pid: number;
  /** Settles when the process and its whole group are gone: how it ended, in words. */
  readonly ended: Promise<string>;
  /** To the process alone: it ends its own children. */
  signal(signal: NodeJS.Signals): void;
  /** When it last wrote to its descriptor 3, in milliseconds of the monotonic clock; 0: never. */
  lastBeat(): number;
}

/**
 * Starts a part in a session and process group of its own: the terminal's Ctrl-C reaches only the supervisor, and what
 * the part leaves behind in its group is killed when it ends.
 */
export async function startProcess(command: PartCommand, log: PartLog): Promise<PartProcess> {
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    // stdin stays open while the supervisor lives, and beats come on descriptor 3; see tether.ts
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    ...command.user,
  });
  const [stdin, stdout, stderr, beats] = child.stdio;
  let lastBeat = 0;
  stdin.on('error', () => {});
  stdout.on('data', (chunk: Buffer) => log.write(chunk));
  stderr.on('data', (chunk: Buffer) => log.write(chunk));
  beats?.on('error', () => {});
  if (beats instanceof Readable) beats.on('data', () => (lastBeat = performance.now()));
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new MiddleError('internal', `${command.program} can't be started.`, { cause });
  }
  const pid = child.pid ?? 0;
  return {
    pid,
    ended: exited.then((how) => {
      send(pid, 'SIGKILL', 'group');
      return how;
    }),
    signal: (signal) => send(pid, signal, 'process'),
    lastBeat: () => lastBeat,
  };
}
