import type { RunError } from './error-line.ts';
import { folderBytes, ownMemory } from './processes.ts';
import type { Sandbox } from './sandbox.ts';
import { SCRATCH_MEGABYTES } from './sandbox.ts';

const MEMORY_EVERY_MILLISECONDS = 50;
/** Every so many looks at the memory, the scratch directory is looked at too. */
const SCRATCH_EVERY = 10;
const MEGABYTE = 1024 * 1024;

/** Looks at what a running process takes, until `signal` aborts, and tells once when it is too much. */
export async function watchSandbox(
  sandbox: Sandbox,
  limitMegabytes: number,
  signal: AbortSignal,
): Promise<RunError | null> {
  for (let look = 1; !signal.aborted; look += 1) {
    const memory = await ownMemory(sandbox.pid);
    if (memory !== null && memory > limitMegabytes * MEGABYTE) return memoryError(limitMegabytes);
    if (look % SCRATCH_EVERY === 0) {
      const limit = SCRATCH_MEGABYTES * MEGABYTE;
      if ((await folderBytes(sandbox.scratch, limit)) > limit) return scratchError();
    }
    await pause(MEMORY_EVERY_MILLISECONDS, signal);
  }
  return null;
}

export function memoryError(limitMegabytes: number): RunError {
  return {
    code: 'function_memory',
    message: `The function used more than ${String(limitMegabytes)} MB of memory. Keep less at once, or raise memoryMegabytes.`,
  };
}

export function scratchError(): RunError {
  return {
    code: 'function_output_limit',
    message: `The function wrote more than ${String(SCRATCH_MEGABYTES)} MB to its scratch directory.`,
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
