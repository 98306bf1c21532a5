import { z } from 'zod';
import { key, name, timestamp, uuid } from '../shared.ts';

export const VISIBILITIES = ['hidden', 'public', 'allow_listed'] as const;
export const VERSION_STATES = ['draft', 'on', 'off'] as const;

const color = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a color such as #5b6ee1');

export const app = z
  .strictObject({
    id: uuid,
    key,
    name: z.string(),
    notes: z.string(),
    iconColor: z.string(),
    visibility: z.enum(VISIBILITIES),
    allowedAccounts: z.array(uuid),
    latestVersion: z
      .string()
      .nullable()
      .meta({ description: 'The version switched on last; connections are made with it.' }),
    versions: z.int(),
    connections: z.int(),
    createdAt: timestamp,
  })
  .meta({ id: 'App' });

export const appChange = z.strictObject({
  name: name.optional(),
  notes: z.string().max(10_000).optional(),
  iconColor: color.optional(),
  visibility: z.enum(VISIBILITIES).optional(),
  allowedAccounts: z.array(uuid).max(1000).optional(),
});

export const appVersionSummary = z
  .strictObject({
    id: uuid,
    appKey: key,
    version: z.string(),
    state: z
      .enum(VERSION_STATES)
      .meta({ description: 'A draft may be pushed again; once it was on, a version never changes.' }),
    digest: z.string().meta({ description: "SHA-256 over the package's files." }),
    declaredHosts: z.array(z.string()),
    approvedHosts: z.array(z.string()),
    connections: z.int(),
    pushedBy: z.string(),
    pushedAt: timestamp,
    switchedOnAt: timestamp.nullable(),
  })
  .meta({ id: 'AppVersionSummary' });

/** The manifest travels as it was parsed; its shape is published as the JSON Schema of `middle.app.yaml`. */
export const appVersion = appVersionSummary
  .extend({
    manifest: z.record(z.string(), z.unknown()),
    functions: z.array(
      z.strictObject({
        key: z.string(),
        kind: z.enum(['sync', 'action', 'auth', 'webhook']),
        digest: z.string(),
      }),
    ),
  })
  .meta({ id: 'AppVersion' });

export const packageProblem = z
  .strictObject({
    file: z.string(),
    line: z.int(),
    column: z.int(),
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
  })
  .meta({ id: 'PackageProblem' });

export const appCredential = z
  .strictObject({
    id: uuid,
    name: z.string(),
    description: z.string(),
    keys: z
      .array(z.string())
      .meta({ description: 'The keys of its payload. The values are never shown again.' }),
    isDefault: z.boolean(),
    allowedAccounts: z.array(uuid).meta({ description: 'Empty: every account.' }),
    createdAt: timestamp,
  })
  .meta({ id: 'AppCredential' });

const secretPayload = z.record(z.string().min(1).max(63), z.string().max(10_000));
export const newAppCredential = z.strictObject({
  name,
  description: z.string().max(2000).default(''),
  payload: secretPayload,
  isDefault: z.boolean().default(false),
  allowedAccounts: z.array(uuid).max(1000).default([]),
});
export const appCredentialChange = z.strictObject({
  name: name.optional(),
  description: z.string().max(2000).optional(),
  payload: secretPayload.optional(),
  isDefault: z.boolean().optional(),
  allowedAccounts: z.array(uuid).max(1000).optional(),
});

export const appParams = z.strictObject({ appKey: key });
export const versionParams = appParams.extend({
  version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,62}$/, 'must be a version such as 1.0.0'),
});
export const credentialParams = appParams.extend({ credentialId: uuid });
