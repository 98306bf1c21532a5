import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { MiddleError } from '@middle/core/errors.ts';

/** What the API process is told when it starts: the JSON file that MIDDLE_CONFIG names. */
const config = z.strictObject({
  host: z.string().default('127.0.0.1'),
  /** 0: any free port; the log line `api.listening` says which. */
  port: z.int().min(0).max(65_535),
  /** How browsers reach the portal; decides whether cookies are Secure. */
  publicUrl: z.url({ protocol: /^https?$/ }),
  release: z.string().default('0.1.0'),
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
  /** Files that exports have written. */
  blobsFolder: z.string(),
  /** SHA-256 of the bearer token of the command line, hex. */
  cliTokenSha256: z.string().regex(/^[0-9a-f]{64}$/),
  controlSocket: z.string().nullable().default(null),
  dataFolder: z.string().nullable().default(null),
  /** Of a stack that only shows what was: the moment. */
  preview: z.iso.datetime().nullable().default(null),
  portalFolder: z.string().default(fileURLToPath(new URL('../portal/dist', import.meta.url))),
  /** Requests per minute of one caller. Bounds a runaway script, not a person. */
  requestsPerMinute: z.int().min(1).default(12_000),
  /** Attempts to sign in, per minute and address. */
  signInsPerMinute: z.int().min(1).default(20),
});

export type ApiConfig = z.infer<typeof config>;

export async function readConfig(path: string | undefined): Promise<ApiConfig> {
  if (path === undefined) {
    throw new MiddleError('config_invalid', 'MIDDLE_CONFIG is not set', {
      hint: 'It names the JSON file that the API reads when it starts. `middle up` sets it.',
    });
  }
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new MiddleError('config_invalid', `${path} can't be read as JSON`, { cause });
  }
  const parsed = config.safeParse(raw);
  if (!parsed.success)
    throw new MiddleError('config_invalid', `${path} is wrong: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
