import { listStackAlertRules as endpoint } from '@middle/contract/alerts/list-stack-alert-rules.ts';
import { handler } from '../call.ts';
import { rulesAnswer } from './rules.ts';

export const listStackAlertRules = handler(endpoint, async ({ deps }) => rulesAnswer(deps.database, null));
