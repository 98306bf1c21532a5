import { setAlertRule as endpoint } from '@middle/contract/alerts/set-alert-rule.ts';
import { handler } from '../call.ts';
import { changeRule } from './rules.ts';

export const setAlertRule = handler(endpoint, async (call) =>
  changeRule(call, { kind: call.params.kind, accountId: call.accountId, ...call.body }),
);
