import { defineEndpoint } from '../endpoint.ts';
import { workflow, workflowChange, workflowParams } from './workflow.ts';

export const updateWorkflow = defineEndpoint({
  method: 'PATCH',
  path: '/workflows/{workflowId}',
  summary: 'Change a workflow’s name, switch, bindings or limits',
  description:
    'They hold at once, for every version. Bindings that the published version doesn’t work with are refused.',
  permission: 'workflows.change',
  params: workflowParams,
  body: workflowChange,
  response: workflow,
  errors: ['module_managed', 'conflict', 'workflow_invalid'],
});
