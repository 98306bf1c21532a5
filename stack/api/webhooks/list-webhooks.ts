import { listWebhooks as endpoint } from '@middle/contract/webhooks/list-webhooks.ts';
import { handler } from '../call.ts';
import { webhooksAnswer } from './answer.ts';

export const listWebhooks = handler(endpoint, async ({ deps, params, caller, accountId }) =>
  webhooksAnswer(deps, params.connectionId, caller.access, accountId),
);
