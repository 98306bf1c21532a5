import { FUNCTIONS_AT_ONCE_MOST } from '@middle/core/sync-plan.ts';
import { z } from 'zod';
import { key, name, timestamp, uuid } from '../shared.ts';

const rate = z.strictObject({
  requests: z.int().min(1).max(100_000),
  perSeconds: z.int().min(1).max(86_400),
});

const functionsAtOnce = z.int().min(1).max(FUNCTIONS_AT_ONCE_MOST);

export const connection = z
  .strictObject({
    id: uuid,
    account: z.strictObject({ id: uuid, key, name: z.string(), enabled: z.boolean() }),
    app: z.strictObject({ key, name: z.string(), iconColor: z.string() }),
    version: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    authConfig: z.string().nullable().meta({ description: 'Key of the auth config in the manifest.' }),
    hasCredentials: z.boolean(),
    fields: z
      .record(z.string(), z.union([z.string(), z.boolean()]))
      .meta({ description: 'What the connecting user filled in, without protected fields.' }),
    attention: z
      .string()
      .nullable()
      .meta({ description: 'Why a person has to look; null when all is well.' }),
    appCredentialId: uuid.nullable(),
    baseUrl: z.string().nullable().meta({ description: "Overrides the manifest's." }),
    developmentHosts: z
      .array(z.string())
      .meta({ description: 'Loopback host:port pairs allowed for development; each use is logged.' }),
    rate: rate.nullable().meta({ description: "Overrides the manifest's rate." }),
    functionsAtOnce: functionsAtOnce.nullable().meta({
      description:
        'How many of its syncs, and how many of its actions, may run at a time. Null: as the manifest says.',
    }),
    functions: z.strictObject({
      allowed: z.int().meta({ description: 'How many of its syncs may run at a time, whoever says so.' }),
      running: z.int(),
      waiting: z.int().meta({ description: 'Runs that are due and wait for their turn.' }),
    }),
    createdAt: timestamp,
  })
  .meta({ id: 'Connection' });

const httpUrl = z.url({ protocol: /^https?$/ }).max(2000);
const fields = z.record(z.string().min(1).max(63), z.union([z.string().max(20_000), z.boolean()]));

export const credentials = z.strictObject({
  authConfig: z.string().min(1).max(63).optional().meta({ description: "Absent: the manifest's first." }),
  fields: fields.meta({ description: 'By key of the auth config’s fields.' }),
});

export const newConnection = z.strictObject({
  app: key,
  version: z.string().max(63).optional().meta({ description: 'Absent: the version switched on last.' }),
  name,
  enabled: z.boolean().default(true),
  credentials: credentials.optional(),
  appCredentialId: uuid.optional(),
  baseUrl: httpUrl.optional(),
  rate: rate.optional(),
  functionsAtOnce: functionsAtOnce.optional(),
  syncs: z
    .enum(['on', 'off'])
    .default('on')
    .meta({ description: 'Whether scheduled syncs begin switched on.' }),
});

export const connectionChange = z.strictObject({
  name: name.optional(),
  enabled: z.boolean().optional(),
  appCredentialId: uuid.nullable().optional(),
  baseUrl: httpUrl.nullable().optional(),
  rate: rate.nullable().optional(),
  functionsAtOnce: functionsAtOnce.nullable().optional(),
});

export const connectionParams = z.strictObject({ connectionId: uuid });
