import { defineEndpoint } from '../endpoint.ts';
import { job } from '../jobs/job.ts';
import { connectionParams } from './connection.ts';

export const testConnection = defineEndpoint({
  method: 'POST',
  path: '/connections/{connectionId}/test',
  summary: 'Try the credentials of a connection',
  description: 'Starts a job; its result says what the outside system answered.',
  permission: 'connections.change',
  params: connectionParams,
  status: 202,
  response: job,
});
