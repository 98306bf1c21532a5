import { z } from 'zod';
import { accountParams } from '../accounts/account.ts';
import { name, timestamp, uuid } from '../shared.ts';

export const apiKeyParams = z.strictObject({ apiKeyId: uuid });
export { accountParams as apiKeysOfAccount };

const workflowIds = z
  .array(uuid)
  .min(1)
  .max(200)
  .nullable()
  .meta({ description: 'The workflows whose endpoints it may call; null: every endpoint of the account.' });
const perMinute = z.int().min(1).max(60_000).meta({ description: 'How many calls it may make in a minute.' });
const expiresAt = timestamp.nullable().meta({ description: 'When it stops to work; null: never.' });

const secret = z.strictObject({
  prefix: z.string().meta({ description: 'How the secret begins, to recognise it by.' }),
  createdAt: timestamp,
  validUntil: timestamp.nullable().meta({ description: 'Set when it was replaced; null: the one in force.' }),
});

export const apiKey = z
  .strictObject({
    id: uuid,
    accountId: uuid,
    name: z.string(),
    workflowIds,
    perMinute,
    expiresAt,
    state: z.enum(['active', 'expired', 'revoked']),
    revokedAt: timestamp.nullable(),
    secrets: z
      .array(secret)
      .meta({ description: 'Those that still work, newest first. Never the secrets themselves.' }),
    createdBy: z.string(),
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable().meta({ description: 'To the minute.' }),
  })
  .meta({ id: 'ApiKey' });

export const newApiKey = z.strictObject({
  name,
  workflowIds: workflowIds.default(null),
  perMinute: perMinute.default(600),
  expiresAt: expiresAt.default(null),
});

export const apiKeyChange = z.strictObject({
  name: name.optional(),
  workflowIds: workflowIds.optional(),
  perMinute: perMinute.optional(),
  expiresAt: expiresAt.optional(),
});

/** The only answer that ever holds the secret. */
export const shownOnce = z
  .strictObject({
    apiKey,
    secret: z.string().meta({ description: 'Shown this once: the stack keeps only a hash of it.' }),
  })
  .meta({ id: 'ApiKeySecret' });

const DAY = 86_400;
export const rotation = z.strictObject({
  graceSeconds: z
    .int()
    .min(0)
    .max(90 * DAY)
    .default(DAY)
    .meta({ description: 'How long the secrets before it go on working.' }),
});
