import { closeSync, existsSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/** Per part: 5 files of 10 MB at most. */
const LIMITS = { bytes: 10 * 1024 * 1024, files: 5 };
const TAIL_CHARACTERS = 4_000;

export interface PartLog {
  write(chunk: Uint8Array | string): void;
  /** The last few thousand characters, for an error message. */
  tail(): string;
  close(): void;
}

/**
 * A log file that starts anew when it is full: NAME.log becomes NAME.log.1, and so on. Written without a buffer of ours,
 * so that the last words before a crash are there.
 */
export function openPartLog(file: string, limits = LIMITS): PartLog {
  let descriptor = openSync(file, 'a', 0o600);
  let size = fstatSync(descriptor).size;
  let last = '';
  let closed = false;
  const rotate = (): void => {
    closeSync(descriptor);
    rmSync(`${file}.${limits.files - 1}`, { force: true });
    for (let number = limits.files - 2; number >= 1; number -= 1) {
      if (existsSync(`${file}.${number}`)) renameSync(`${file}.${number}`, `${file}.${number + 1}`);
    }
    renameSync(file, `${file}.1`);
    descriptor = openSync(file, 'a', 0o600);
    size = 0;
  };
  return {
    write(chunk) {
      // A pipe may bring its last bytes after its process has ended; the descriptor may be another file's by then.
      if (closed) return;
      const bytes = Buffer.from(chunk);
      if (size > 0 && size + bytes.length > limits.bytes) rotate();
      size += writeSync(descriptor, bytes);
      last = (last + bytes.toString()).slice(-TAIL_CHARACTERS);
    },
    tail: () => last,
    close() {
      closed = true;
      closeSync(descriptor);
    },
  };
}
