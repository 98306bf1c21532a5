import { listAlertRules as endpoint } from '@middle/contract/alerts/list-alert-rules.ts';
import { handler } from '../call.ts';
import { rulesAnswer } from './rules.ts';

export const listAlertRules = handler(endpoint, async ({ deps, accountId }) =>
  rulesAnswer(deps.database, accountId),
);
