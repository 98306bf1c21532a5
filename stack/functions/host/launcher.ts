import { access, constants } from 'node:fs/promises';
import type { Command } from './engine.ts';

/** What wraps an engine's process to hold it tighter. One with Landlock and seccomp will join these. */
export interface Launcher {
  readonly name: string;
  wrap(command: Command, limits: LaunchLimits): Command;
}

export interface LaunchLimits {
  readonly memoryMegabytes: number;
  readonly scratchMegabytes: number;
  /** A backstop: the supervisor's wall timer ends a run long before. */
  readonly cpuSeconds: number;
}

/**
 * V8 reserves its code range as data (512 MB; without it Deno 2.9 does not start). The rest lets the memory watch, which
 * looks every 50 ms and says what happened, come first; this limit holds what grows between two looks.
 */
const RESERVED_MEGABYTES = 640;

/**
 * POSIX resource limits, set by the system's shell before it becomes the engine: data (which bounds what heap limits do
 * not: array buffers, WebAssembly, workers), the size of a written file, processor time and no core dumps.
 */
const posixLimits: Launcher = {
  name: 'posix-limits',
  wrap: ({ file, args, env }, { memoryMegabytes, scratchMegabytes, cpuSeconds }) => {
    const limits = [
      'ulimit -c 0',
      `ulimit -d ${String((memoryMegabytes + RESERVED_MEGABYTES) * 1024)}`,
      // In units of 512 bytes.
      `ulimit -f ${String(scratchMegabytes * 2048)}`,
      `ulimit -t ${String(cpuSeconds)}`,
    ];
    return { file: '/bin/sh', args: ['-c', `${limits.join(' && ')} && exec "$0" "$@"`, file, ...args], env };
  },
};

const none: Launcher = { name: 'none', wrap: (command) => command };

/** The tightest launcher that works on this system. */
export async function chooseLauncher(): Promise<Launcher> {
  // macOS has no data limit that holds.
  if (process.platform !== 'linux') return none;
  const shell = await access('/bin/sh', constants.X_OK).then(
    () => true,
    () => false,
  );
  return shell ? posixLimits : none;
}
