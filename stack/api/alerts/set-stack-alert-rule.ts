import { setStackAlertRule as endpoint } from '@middle/contract/alerts/set-stack-alert-rule.ts';
import { handler } from '../call.ts';
import { changeRule } from './rules.ts';

export const setStackAlertRule = handler(endpoint, async (call) =>
  changeRule(call, { kind: call.params.kind, accountId: null, ...call.body }),
);
