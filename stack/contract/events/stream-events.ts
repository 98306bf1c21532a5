import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { accountRef, uuid } from '../shared.ts';
import { liveEvent } from './live-event.ts';

export const streamEvents = defineEndpoint({
  method: 'GET',
  path: '/events',
  summary: 'Live progress of sync runs and depths of queues, as server-sent events',
  description:
    'Sends the open runs first, then each run as it changes, and the queues when their depths change, at most about once a second. A comment every 15 seconds keeps the line open.',
  permission: 'syncs.read',
  query: z.strictObject({ accountId: accountRef.optional(), connectionId: uuid.optional() }),
  response: liveEvent,
  produces: 'text/event-stream',
});
