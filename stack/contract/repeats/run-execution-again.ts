import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { uuid } from '../shared.ts';
import { executionParams } from '../executions/execution.ts';
import { repeatVersion } from './repeat.ts';

export const runExecutionAgain = defineEndpoint({
  method: 'POST',
  path: '/executions/{executionId}/again',
  summary: 'Run an execution again',
  description:
    'As a new execution with the same input. From a step on: what the steps before it gave is taken over and their actions are not called again; the version must then have the same steps before it.',
  permission: 'executions.change',
  params: executionParams,
  body: z.strictObject({
    from: z.string().min(1).max(200).optional().meta({
      description:
        'The place of a step run of the execution, such as `notify[1]`. Without it: from the start.',
    }),
    version: repeatVersion,
  }),
  response: z.strictObject({ id: uuid }),
  status: 201,
  errors: ['conflict', 'repeat_refused', 'unsealing_failed'],
});
