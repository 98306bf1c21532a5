import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MiddleError } from '@middle/core/errors.ts';
import { z } from 'zod';
import type { DataFolder } from '../data-folder.ts';
import { writeDurably } from '../files.ts';

const origin = z.strictObject({
  archive: z.string(),
  /** What the data are of. */
  moment: z.iso.datetime(),
  restoredAt: z.iso.datetime(),
  /** To look at only: nothing goes out, nothing runs by itself, nothing can be changed, and it is not backed up. */
  preview: z.boolean(),
});
/** Where the data of a restored data folder are from. */
export type Origin = z.infer<typeof origin>;

const fileOf = (data: DataFolder): string => path.join(data.root, 'restored.json');

/** Null: the data folder was not made by a restore. */
async function readOrigin(data: DataFolder): Promise<Origin | null> {
  const text = await readFile(fileOf(data), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = origin.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  // Never guess that it may go out.
  throw new MiddleError('config_invalid', `${fileOf(data)} is wrong: ${z.prettifyError(parsed.error)}`);
}

/** Of a stack that only shows what was: the moment. Null: an ordinary one. */
export async function previewOf(data: DataFolder): Promise<string | null> {
  const from = await readOrigin(data);
  return from?.preview === true ? from.moment : null;
}

export function writeOrigin(data: DataFolder, from: Origin): Promise<void> {
  return writeDurably(fileOf(data), `${JSON.stringify(from)}\n`);
}
