import { backupStateSchema } from '@middle/core/backup/state.ts';
import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { key, timestamp, uuid } from '../shared.ts';
import { SYNC_KINDS } from '../syncs/sync.ts';

export const getHealth = defineEndpoint({
  method: 'GET',
  path: '/health',
  summary: 'How the stack is: parts, launcher, engines, database, release, backups',
  permission: 'health.read',
  response: z.strictObject({
    release: z.string(),
    at: timestamp,
    /** Of the processes, as the supervisor sees them; null when no supervisor answers. */
    parts: z
      .array(
        z.strictObject({
          name: z.string(),
          pid: z.int().nullable(),
          state: z.string(),
          since: timestamp.nullable(),
          restarts: z.int(),
          memoryBytes: z.number().nullable(),
        }),
      )
      .nullable(),
    heartbeats: z.array(
      z.strictObject({ part: z.string(), at: timestamp, detail: z.record(z.string(), z.unknown()) }),
    ),
    functions: z
      .strictObject({
        launcher: z.string(),
        engines: z.array(z.strictObject({ name: z.string(), version: z.string() })),
      })
      .nullable()
      .meta({ description: 'Null until a worker has told.' }),
    database: z.strictObject({
      version: z.string(),
      bytes: z.number(),
      connections: z.int(),
      migrations: z.array(z.strictObject({ name: z.string(), at: timestamp.nullable() })),
    }),
    stalledSyncs: z
      .array(
        z.strictObject({
          id: uuid,
          connection: z.strictObject({ id: uuid, name: z.string() }),
          account: z.strictObject({ key, name: z.string() }),
          recordType: z.string(),
          kind: z.enum(SYNC_KINDS),
          succeededAt: timestamp.nullable(),
        }),
      )
      .meta({ description: 'Schedules of which nothing comes, up to 100.' }),
    dataFolder: z.string().nullable(),
    preview: timestamp
      .nullable()
      .meta({ description: 'Of a stack that only shows what was: the moment. Null: an ordinary one.' }),
    disk: z
      .strictObject({ freeBytes: z.number(), bytes: z.number() })
      .nullable()
      .meta({ description: 'Of the disk with the data folder; null when no supervisor answers.' }),
    backup: backupStateSchema
      .nullable()
      .meta({ description: 'Null when no supervisor answers, or the stack is not backed up.' }),
  }),
});
