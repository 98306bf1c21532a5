import { request } from 'node:http';
import { z } from 'zod';
import { getHealth as endpoint } from '@middle/contract/health/get-health.ts';
import { backupStateSchema } from '@middle/core/backup/state.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getDatabaseHealth, listHeartbeats, listStalledSyncs } from '@middle/store/health.ts';
import { handler } from '../call.ts';

export const getHealth = handler(endpoint, async ({ deps }) => {
  const [status, heartbeats, database, stalledSyncs] = await Promise.all([
    deps.controlSocket === null ? null : readStatus(deps.controlSocket),
    listHeartbeats(deps.database),
    getDatabaseHealth(deps.database),
    listStalledSyncs(deps.database),
  ]);
  if (database === null) throw new MiddleError('database_unavailable', 'the database says nothing of itself');
  const told = functions.safeParse(heartbeats.find(({ part }) => part === 'functions')?.detail);
  return {
    release: deps.release,
    at: deps.clock.now(),
    parts: status?.parts ?? null,
    heartbeats,
    functions: told.success ? told.data : null,
    database,
    stalledSyncs,
    dataFolder: deps.dataFolder,
    preview: deps.preview,
    disk: status?.disk ?? null,
    backup: status?.backup ?? null,
  };
});

/** What the worker says of its function host. */
const functions = z.object({
  launcher: z.string(),
  engines: z.array(z.object({ name: z.string(), version: z.string() })),
});

const statusSchema = z.object({
  disk: z.object({ freeBytes: z.number(), bytes: z.number() }).optional(),
  backup: backupStateSchema.nullable().optional(),
  parts: z.array(
    z.object({
      name: z.string(),
      pid: z.int().nullable(),
      state: z.string(),
      since: z.string().nullable(),
      restarts: z.int(),
      memoryBytes: z.number().nullable(),
    }),
  ),
});

const STATUS_MILLISECONDS = 2_000;

/** What the supervisor says of the processes. Null when it does not answer: the page has more to show. */
async function readStatus(socketPath: string): Promise<z.infer<typeof statusSchema> | null> {
  const text = await new Promise<string>((resolve) => {
    const asking = request({ socketPath, path: '/status', timeout: STATUS_MILLISECONDS }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => void (body += chunk));
      response.on('end', () => resolve(body));
      response.on('error', () => resolve(''));
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(''));
    asking.end();
  });
  try {
    const parsed = statusSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
