import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { newWorkflow, workflow } from './workflow.ts';

export const createWorkflow = defineEndpoint({
  method: 'POST',
  path: '/accounts/{accountId}/workflows',
  summary: 'Add a workflow to an account',
  description: 'It runs once a version of it is published.',
  permission: 'workflows.change',
  params: accountParams,
  body: newWorkflow,
  response: workflow,
  status: 201,
  errors: ['conflict'],
});
