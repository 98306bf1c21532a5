import { z } from 'zod';
import { key, timestamp, uuid } from '../shared.ts';

export { accountParams as endpointsOfAccount } from '../accounts/account.ts';
export { workflowParams as endpointParams } from '../workflows/workflow.ts';

const settings = {
  name: key,
  mode: z.enum(['sync', 'async']).meta({
    description: 'sync: the caller waits for the output. async: it gets the address of the state at once.',
  }),
  timeLimitSeconds: z
    .int()
    .min(1)
    .max(300)
    .meta({ description: 'How long a caller waits for the output; then it gets the address of the state.' }),
};

export const workflowEndpoint = z
  .strictObject({
    workflowId: uuid,
    workflowName: z.string(),
    accountId: uuid,
    ...settings,
    address: z.string().meta({ description: 'The path below the address of the stack.' }),
    closed: z
      .array(z.enum(['account_off', 'workflow_off', 'workflow_unpublished']))
      .meta({ description: 'Why calls are refused now; empty: they are taken.' }),
    createdAt: timestamp,
  })
  .meta({ id: 'WorkflowEndpoint' });

export const endpointSettings = z.strictObject({
  ...settings,
  mode: settings.mode.default('sync'),
  timeLimitSeconds: settings.timeLimitSeconds.default(30),
});
