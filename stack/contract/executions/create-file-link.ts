import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { timestamp, uuid } from '../shared.ts';
import { executionParams } from './execution.ts';

export const createFileLink = defineEndpoint({
  method: 'POST',
  path: '/executions/{executionId}/files/{fileId}/link',
  summary: 'Make a link to a file that an execution wrote',
  description:
    'Whoever has the link reads this one file without signing in, for 15 minutes. The link in the step’s output lasts as long as the file is kept.',
  permission: 'executions.read',
  params: executionParams.extend({ fileId: uuid }),
  response: z.strictObject({ url: z.string(), expiresAt: timestamp }).meta({ id: 'FileLink' }),
  status: 201,
  errors: ['not_found', 'conflict'],
});
