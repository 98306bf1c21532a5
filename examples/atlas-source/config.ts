import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const schema = z.object({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(4480),
  /** Written, with the port in it, when the source listens. */
  readyFile: z.string().optional(),
});

export type AtlasConfig = z.output<typeof schema>;

/** From the JSON file named by MIDDLE_CONFIG; without one, as a person starts it by hand. */
export async function readConfig(file = process.env['MIDDLE_CONFIG']): Promise<AtlasConfig> {
  return schema.parse(file === undefined ? {} : JSON.parse(await readFile(file, 'utf8')));
}
