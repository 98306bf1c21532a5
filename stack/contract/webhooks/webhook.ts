import { z } from 'zod';
import { dataKey, failure, timestamp, uuid } from '../shared.ts';

export const webhookParams = z.strictObject({ connectionId: uuid });
export const requestParams = webhookParams.extend({ requestId: uuid });

const webhook = z
  .strictObject({
    key: dataKey,
    title: z.string(),
    description: z.string().optional(),
    methods: z.array(z.string()),
    address: z.string().nullable().meta({
      description:
        'The path below the address of the stack. Whoever knows it can send: null for who may only read.',
    }),
    lastReceivedAt: timestamp.nullable(),
    lastDay: z
      .strictObject({
        processed: z.int(),
        refused: z.int(),
        dead: z.int(),
        created: z.int(),
        updated: z.int(),
        unchanged: z.int(),
        invalid: z.int(),
      })
      .meta({ description: 'Requests, and the records they brought, of the last 24 hours.' }),
  })
  .meta({ id: 'Webhook' });

export const webhooks = z
  .strictObject({
    items: z.array(webhook),
    waiting: z.int().meta({ description: 'Requests to be processed, counted up to 10,000.' }),
    dead: z.int().meta({ description: 'Requests that failed for good, counted up to 1,000.' }),
    previousUntil: timestamp.nullable().meta({ description: 'The addresses before these work until then.' }),
  })
  .meta({ id: 'Webhooks' });

export const REQUEST_STATES = ['waiting', 'running', 'processed', 'refused', 'dead'] as const;

export const webhookRequest = z
  .strictObject({
    id: uuid,
    connectionId: uuid,
    webhook: z.string(),
    method: z.string(),
    bytes: z.int().meta({ description: 'Of its body.' }),
    receivedAt: timestamp,
    state: z.enum(REQUEST_STATES).meta({
      description: 'refused: by the app’s function, such as for a wrong signature. dead: it failed for good.',
    }),
    attempts: z.int().meta({ description: 'That failed.' }),
    nextAttemptAt: timestamp.nullable(),
    settledAt: timestamp.nullable(),
    invocationId: uuid.nullable(),
    error: failure.nullable(),
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    older: z.int(),
    invalid: z.int(),
  })
  .meta({ id: 'WebhookRequest' });

export const webhookRequestContent = webhookRequest
  .extend({
    headers: z.record(z.string(), z.array(z.string())).meta({
      description: 'Values of headers that carry credentials or signatures are left out.',
    }),
    query: z.record(z.string(), z.array(z.string())),
    body: z.string().nullable().meta({ description: 'As text, its beginning; null when it is no text.' }),
  })
  .meta({ id: 'WebhookRequestContent' });

const DAY = 86_400;
export const addressChange = z.strictObject({
  graceSeconds: z
    .int()
    .min(0)
    .max(30 * DAY)
    .default(DAY)
    .meta({ description: 'How long the addresses before go on working.' }),
});

export const chosenRequests = z.array(uuid).min(1).max(200);
