import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const schema = z.object({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(4480),
  /** Written, with the port in it, when the source listens. */
  readyFile: z.string().optional(),
});

export type AtlasConfig = z.output<typeof schema>;

/** From the JSON file named by MIDDLE_CONFIG; without one, as a person starts it by hand: `main.ts --port 4480`. */
export async function readConfig(file = process.env['MIDDLE_CONFIG']): Promise<AtlasConfig> {
  if (file !== undefined) return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  const { port } = parseArgs({ options: { port: { type: 'string' } } }).values;
  return schema.parse(port === undefined ? {} : { port: Number(port) });
}
