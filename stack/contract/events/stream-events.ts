import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { accountRef, uuid } from '../shared.ts';
import { liveEvent } from './live-event.ts';

export const streamEvents = defineEndpoint({
  method: 'GET',
  path: '/events',
  summary: 'Live progress of sync runs, depths of queues and moves of executions, as server-sent events',
  description:
    'Sends the open runs first, then each run as it changes, the queues when their depths change, and the workflows of which executions were started or ended, each at most about once a second. With a connection given, nothing of executions. A comment every 15 seconds keeps the line open.',
  permission: 'syncs.read',
  query: z.strictObject({ accountId: accountRef.optional(), connectionId: uuid.optional() }),
  response: liveEvent,
  produces: 'text/event-stream',
});
