import { appParams } from '../apps/app.ts';
import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { deadLetter } from './queue.ts';

export const listDeadLetters = defineEndpoint({
  method: 'GET',
  path: '/queues/{appKey}/dead-letters',
  summary: "Messages of an app's queue that could not be processed, with the reason",
  permission: 'dead_letters.read',
  params: appParams,
  query: pageQuery,
  response: page(deadLetter),
});
