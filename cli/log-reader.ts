import { open, readFile } from 'node:fs/promises';

export interface PartLine {
  /** ISO time; that of the line before when the line has none. */
  readonly at: string;
  readonly part: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly code?: string;
  readonly message: string;
}

/** How Postgres begins a line, as its log_line_prefix asks, and the word it gives the severity. */
const POSTGRES =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC \[\d+\] \S* ?(LOG|WARNING|ERROR|FATAL|PANIC|[A-Z]+): +(.*)$/;
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const LAST_BYTES = 1024 * 1024;

/** Reads a part's log file from its end, and then what is added, across rotations. */
export class LogReader {
  readonly #file: string;
  readonly #part: string;
  #offset = 0;
  #inode = 0;
  #rest = '';
  #at = '';

  constructor(file: string, part: string) {
    this.#file = file;
    this.#part = part;
  }

  async last(count: number): Promise<PartLine[]> {
    let lines = await this.fresh(LAST_BYTES);
    if (lines.length < count) {
      const older = await readFile(`${this.#file}.1`, 'utf8').catch(() => '');
      const reader = new LogReader('', this.#part);
      lines = [
        ...older
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => reader.#parse(line)),
        ...lines,
      ];
    }
    return lines.slice(Math.max(0, lines.length - count));
  }

  /** Whole lines that came since the last call. @param mostBytes of the first reading: from the file's end. */
  async fresh(mostBytes = Number.POSITIVE_INFINITY): Promise<PartLine[]> {
    const handle = await open(this.#file, 'r').catch(() => null);
    if (handle === null) return [];
    try {
      const { ino, size } = await handle.stat();
      if (ino !== this.#inode || size < this.#offset) {
        this.#offset = this.#inode === 0 ? Math.max(0, size - mostBytes) : 0;
        this.#inode = ino;
        this.#rest = '';
      }
      const buffer = Buffer.alloc(size - this.#offset);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#offset);
      this.#offset += bytesRead;
      const lines = (this.#rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
      this.#rest = lines.pop() ?? '';
      return lines.filter((line) => line !== '').map((line) => this.#parse(line));
    } finally {
      await handle.close();
    }
  }

  #parse(line: string): PartLine {
    const parsed = parseJsonLine(line) ?? parsePostgresLine(line);
    this.#at = parsed?.at ?? this.#at;
    return { level: 'info', message: line, ...parsed, at: this.#at, part: this.#part };
  }
}

type Parsed = Omit<PartLine, 'part'>;

function parseJsonLine(line: string): Parsed | null {
  if (!line.startsWith('{')) return null;
  try {
    const event: { at?: unknown; level?: unknown; code?: unknown; message?: unknown } = JSON.parse(line);
    const level = LEVELS.find((known) => known === event.level) ?? 'info';
    if (typeof event.at !== 'string' || typeof event.message !== 'string') return null;
    return { at: event.at, level, code: String(event.code), message: event.message };
  } catch {
    return null;
  }
}

function parsePostgresLine(line: string): Parsed | null {
  const [, day, time, severity, message] = POSTGRES.exec(line) ?? [];
  if (day === undefined || time === undefined || message === undefined) return null;
  const level = severity === 'WARNING' ? 'warn' : severity === 'LOG' ? 'info' : 'error';
  return { at: `${day}T${time}Z`, level, message };
}
