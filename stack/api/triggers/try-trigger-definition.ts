import { tryTriggerDefinition as endpoint } from '@middle/contract/triggers/try-trigger-definition.ts';
import { handler } from '../call.ts';
import { tryDefinition } from './trial.ts';

export const tryTriggerDefinition = handler(endpoint, async ({ deps, params, body }) =>
  tryDefinition(deps, params.workflowId, body.definition, body.limit),
);
