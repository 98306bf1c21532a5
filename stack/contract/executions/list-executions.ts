import { z } from 'zod';
import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { dataKey, page, pageQuery, timestamp, uuid } from '../shared.ts';
import { EXECUTION_CAUSES, EXECUTION_STATES, execution, executionState } from './execution.ts';

/** Which executions are meant: of a list, and of what is done to many at once. */
export const executionFilter = {
  workflowId: uuid.optional(),
  triggerId: uuid.optional(),
  state: z.array(executionState).max(EXECUTION_STATES.length).optional(),
  cause: z.enum(EXECUTION_CAUSES).optional(),
  connectionId: uuid.optional().meta({ description: 'Of the record; together with recordType.' }),
  recordType: dataKey.optional(),
  recordId: z.string().min(1).max(1024).optional().meta({ description: 'Together with connectionId.' }),
  parentId: uuid.optional(),
  from: timestamp.optional().meta({ description: 'Only those that were queued at this moment or later.' }),
  text: z.string().max(200).optional().meta({
    description:
      'Words in the input, output, error and steps, all of which must be there; the last may be the beginning of one. Of those under way: in the input.',
  }),
  to: timestamp.optional().meta({ description: 'Only those that were queued before this moment.' }),
};

export const listExecutions = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/executions',
  summary: 'Executions of an account, newest first',
  description: 'Those under way and those that ended in one list, in the order in which they were queued.',
  permission: 'executions.read',
  params: accountParams,
  query: pageQuery.extend(executionFilter),
  response: page(execution),
});
