import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Engine } from './engine.ts';
import type { Launcher } from './launcher.ts';
import { killTree } from './processes.ts';

/** A started engine that has not been told yet what to run. It serves one invocation and is discarded. */
export interface Sandbox {
  readonly pid: number;
  readonly scratch: string;
  readonly memoryMegabytes: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The process is gone; some of its output may still be unread. */
  readonly exited: Promise<void>;
  /** How the process ended, after its last byte was read. */
  readonly ended: Promise<SandboxEnd>;
  /** Resolves when the process took it, so that what is on its way stays bounded; never rejects. */
  send(header: Readonly<Record<string, unknown>>, payload?: Uint8Array): Promise<void>;
  /** Ends the process and all it may have started, and removes its scratch directory. Never rejects. */
  discard(): Promise<void>;
}

export interface SandboxEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface SandboxOptions {
  readonly engine: Engine;
  readonly launcher: Launcher;
  readonly scratchFolder: string;
  readonly memoryMegabytes: number;
}

export const SCRATCH_MEGABYTES = 64;
/** An invocation has at most 15 minutes of wall time; a process that nobody watches any more ends soon after. */
const CPU_SECONDS = 1200;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { engine, launcher, memoryMegabytes } = options;
  // Permissions compare real paths.
  const scratch = await mkdtemp(join(await realpath(options.scratchFolder), 'run-'));
  const limits = { memoryMegabytes, scratchMegabytes: SCRATCH_MEGABYTES, cpuSeconds: CPU_SECONDS };
  const { file, args, env } = launcher.wrap(engine.command({ scratch, memoryMegabytes }), limits);
  const child = spawn(file, args, { cwd: scratch, env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  // A child that ended has closed its stdin; what is written then is lost, as it would be a moment later.
  child.stdin.on('error', () => undefined);
  const ended = endOf(child);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  let discarded: Promise<void> | null = null;
  return {
    pid: child.pid ?? 0,
    scratch,
    memoryMegabytes,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    ended,
    send: (header, payload) => send(child.stdin, header, payload),
    discard: () => {
      discarded ??= discard(child, ended, scratch);
      return discarded;
    },
  };
}

/** Frames as guest/deno/frames.js reads them: length, JSON header, payload. */
async function send(
  stdin: Writable,
  header: Readonly<Record<string, unknown>>,
  payload?: Uint8Array,
): Promise<void> {
  const text = Buffer.from(JSON.stringify({ ...header, bytes: payload?.length ?? 0 }));
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(text.length);
  const frame = Buffer.concat([prefix, text, ...(payload === undefined ? [] : [payload])]);
  if (stdin.destroyed || stdin.write(frame)) return;
  await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]).catch(() => undefined);
}

function endOf(child: Child): Promise<SandboxEnd> {
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve({ exitCode: null, signal: 'not started' });
    });
    child.once('close', (exitCode, signal) => {
      resolve({ exitCode, signal });
    });
  });
}

async function discard(child: Child, ended: Promise<SandboxEnd>, scratch: string): Promise<void> {
  child.stdin.destroy();
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
    await killTree(child.pid);
  // Nobody reads any more; without this a full pipe would keep the event "close" from coming.
  child.stdout.destroy();
  child.stderr.destroy();
  await ended;
  // What can't be removed now is removed at the next start.
  await rm(scratch, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}
