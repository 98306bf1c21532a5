import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { connection, connectionParams } from './connection.ts';

export const moveConnection = defineEndpoint({
  method: 'PUT',
  path: '/connections/{connectionId}/version',
  summary: 'Move a connection to another version of its app',
  description:
    'Records of record types that the version no longer has stay readable. Switches and schedules that people changed are kept.',
  permission: 'connections.change',
  params: connectionParams,
  body: z.strictObject({ version: z.string().min(1).max(63) }),
  response: connection,
  errors: ['conflict'],
});
