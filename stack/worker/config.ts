import { readFile } from 'node:fs/promises';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { z } from 'zod';

/** What the worker process is told when it starts: the JSON file that MIDDLE_CONFIG names. */
const config = z.strictObject({
  /** Unique among the workers of the stack. */
  name: z.string().min(1),
  release: z.string(),
  database: z.strictObject({
    host: z.string(),
    port: z.int(),
    database: z.string(),
    user: z.string(),
    password: z.string(),
  }),
  /** The file with the stack's key. */
  stackKey: z.string(),
  searchFolder: z.string(),
  /** Files that exports write. */
  blobsFolder: z.string(),
  scratchFolder: z.string(),
  /** Of the supervisor, which knows of backups and of the disk. */
  controlSocket: z.string().nullable().default(null),
  /** Of a stack that only shows what was: the moment. Nothing runs by itself then, and nothing goes out. */
  preview: z.iso.datetime().nullable().default(null),
  /** Written when every room is open. */
  readyFile: z.string().nullable().default(null),
  /** Function processes started ahead. */
  poolSize: z.int().min(0).max(64).default(2),
});

export type WorkerConfig = z.infer<typeof config>;

export async function readConfig(path: string | undefined): Promise<WorkerConfig> {
  if (path === undefined) {
    throw new MiddleError('config_invalid', 'MIDDLE_CONFIG is not set', {
      hint: 'It names the JSON file that the worker reads when it starts. `middle up` sets it.',
    });
  }
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new MiddleError('config_invalid', `${path} can't be read: ${messageOf(cause)}`, { cause });
  }
  const parsed = config.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new MiddleError('config_invalid', `${path} is wrong: ${z.prettifyError(parsed.error)}`);
}
