import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { queueDepth } from './queue.ts';

export const listQueues = defineEndpoint({
  method: 'GET',
  path: '/queues',
  summary: 'The queue of each app: depths and the age of the oldest message',
  permission: 'queues.read',
  response: list(queueDepth),
});
