import { ALERT_KIND_NAMES } from '@middle/core/alert/kinds.ts';
import { mailAddress, mailServerSchema } from '@middle/core/alert/mail-server.ts';
import { z } from 'zod';
import { accountParams } from '../accounts/account.ts';
import { key, name, timestamp, uuid } from '../shared.ts';

export { accountParams as alertsOfAccount };
export const alertParams = z.strictObject({ alertId: uuid });
export const channelParams = z.strictObject({ alertChannelId: uuid });

export const alertKind = z.enum(ALERT_KIND_NAMES);

export const alert = z
  .strictObject({
    id: uuid,
    kind: alertKind,
    title: z.string(),
    message: z.string(),
    next: z.string().meta({ description: 'What a person does about it.' }),
    path: z.string().meta({ description: 'The page of the portal that shows it.' }),
    account: z
      .strictObject({ id: uuid, key, name: z.string() })
      .nullable()
      .meta({ description: 'Null: of the stack as a whole.' }),
    occurrences: z.int().meta({ description: 'How often it happened since it was raised.' }),
    raisedAt: timestamp,
    seenAt: timestamp.meta({ description: 'When it was last found so.' }),
    resolvedAt: timestamp.nullable(),
    acknowledgedAt: timestamp.nullable(),
    acknowledgedBy: z.string().nullable(),
    snoozedUntil: timestamp.nullable(),
  })
  .meta({ id: 'Alert' });

export const alertAttention = z.strictObject({
  acknowledged: z.boolean().optional().meta({ description: 'Somebody looks after it: no more reminders.' }),
  snoozedUntil: timestamp
    .nullable()
    .optional()
    .meta({ description: 'Quiet until then, 90 days ahead at most.' }),
});

const thresholds = z.record(z.string().max(60), z.number());

export const alertRule = z
  .strictObject({
    kind: alertKind,
    title: z.string(),
    enabled: z.boolean(),
    thresholds,
    choices: z
      .record(
        z.string(),
        z.strictObject({ label: z.string(), least: z.int(), most: z.int(), default: z.int() }),
      )
      .meta({ description: 'What each threshold means and may be.' }),
  })
  .meta({ id: 'AlertRule' });

export const alertRuleParams = accountParams.extend({ kind: alertKind });
export const stackAlertRuleParams = z.strictObject({ kind: alertKind });
export const alertRuleChange = z.strictObject({ enabled: z.boolean(), thresholds: thresholds.default({}) });

const url = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine((text) => !/^https?:\/\/[^/?#]*@/i.test(text), 'must not hold a user name or password')
  .meta({ description: 'Https; http only where an owner allows private addresses.' });
const kinds = z.array(alertKind).min(1).nullable().meta({ description: 'Which alerts it tells; null: all.' });
const people = z
  .array(uuid)
  .max(100)
  .meta({ description: 'They get mail to their address, as long as they may see the account.' });
const addresses = z.array(mailAddress).max(50);
const groupSeconds = z
  .int()
  .min(0)
  .max(3_600)
  .meta({ description: 'After a message, what comes within so long is collected into the next one.' });
const perHour = z.int().min(1).max(120).meta({ description: 'Messages in an hour, at the most.' });

export const alertChannel = z
  .strictObject({
    id: uuid,
    accountId: uuid.nullable().meta({ description: 'Null: of the stack.' }),
    name: z.string(),
    kind: z.enum(['email', 'webhook']),
    enabled: z.boolean(),
    kinds,
    everyAccount: z.boolean().meta({ description: 'Of the stack: it tells the alerts of accounts too.' }),
    people,
    addresses,
    url: z.string().nullable(),
    privateAddresses: z.boolean().meta({ description: 'An owner lets it reach private addresses.' }),
    groupSeconds,
    perHour,
    heldSince: timestamp
      .nullable()
      .meta({ description: 'Its hour is full: messages are held back since then.' }),
    waiting: z.int().meta({ description: 'Messages to be sent, or tried again.' }),
    failed: z.int().meta({ description: 'Messages that were given up.' }),
    lastSentAt: timestamp.nullable(),
    lastError: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: 'AlertChannel' });

export const newAlertChannel = z.strictObject({
  name,
  kind: z.enum(['email', 'webhook']),
  enabled: z.boolean().default(true),
  kinds: kinds.default(null),
  everyAccount: z.boolean().default(false),
  people: people.default([]),
  addresses: addresses.default([]),
  url: url.nullable().default(null),
  groupSeconds: groupSeconds.default(300),
  perHour: perHour.default(10),
});

export const alertChannelChange = z.strictObject({
  name: name.optional(),
  enabled: z.boolean().optional(),
  kinds: kinds.optional(),
  everyAccount: z.boolean().optional(),
  people: people.optional(),
  addresses: addresses.optional(),
  url: url.optional(),
  groupSeconds: groupSeconds.optional(),
  perHour: perHour.optional(),
});

/** The only answer that ever holds the secret of a webhook. */
export const madeChannel = z
  .strictObject({
    channel: alertChannel,
    secret: z.string().nullable().meta({
      description: 'What a webhook’s messages are signed with; shown this once. Null: it sends mail.',
    }),
  })
  .meta({ id: 'MadeAlertChannel' });

export const channelList = z.strictObject({
  items: z.array(alertChannel),
  canMail: z.boolean().meta({ description: 'Whether the stack has a mail server.' }),
});

export const alertMessage = z
  .strictObject({
    id: uuid,
    subject: z.string(),
    alertIds: z.array(uuid),
    state: z.enum(['waiting', 'sent', 'failed']),
    attempts: z.int(),
    madeAt: timestamp,
    nextAt: timestamp.nullable(),
    settledAt: timestamp.nullable(),
    error: z
      .string()
      .nullable()
      .meta({ description: 'Of the last attempt; of one that was sent: who was refused.' }),
  })
  .meta({ id: 'AlertMessage' });

export const recipient = z
  .strictObject({ id: uuid, name: z.string(), email: z.string() })
  .meta({ id: 'AlertRecipient' });

export const mailServer = z
  .strictObject({
    server: mailServerSchema.nullable().meta({ description: 'Null: none is set up.' }),
    hasPassword: z.boolean(),
  })
  .meta({ id: 'MailServer' });

export const mailServerChange = mailServerSchema.extend({
  password: z
    .string()
    .max(1_000)
    .nullable()
    .optional()
    .meta({ description: 'Never answered. Absent: as it was, for the same host and user; null: none.' }),
});
