import { getWorkflowScope as endpoint } from '@middle/contract/workflows/get-workflow-scope.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { scopesOf } from '@middle/core/workflow/scopes.ts';
import { readSurroundings } from '@middle/store/executions/surroundings.ts';
import { handler } from '../call.ts';
import { existingWorkflow } from './existing.ts';

export const getWorkflowScope = handler(endpoint, async ({ deps, params, body, accountId }) => {
  const { definition, place } = body;
  const bindings = body.bindings ?? (await existingWorkflow(deps.database, params.workflowId)).bindings;
  const scopes = scopesOf(definition, await readSurroundings(deps.database, accountId, definition, bindings));
  const scope = place.kind === 'step' ? scopes.steps.get(place.key) : scopes[place.kind];
  if (scope === undefined) {
    const key = place.kind === 'step' ? place.key : place.kind;
    throw new MiddleError('request_invalid', `the definition has no step “${key}”`, {
      data: { errors: [{ path: 'body.place.key', message: 'must be the key of one of its steps' }] },
    });
  }
  return { scope: { ...scope }, connections: { ...bindings } };
});
