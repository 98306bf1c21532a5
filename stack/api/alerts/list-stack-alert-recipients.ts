import { listStackAlertRecipients as endpoint } from '@middle/contract/alerts/list-stack-alert-recipients.ts';
import { listRecipients } from '@middle/store/alerts/recipients.ts';
import { handler } from '../call.ts';

export const listStackAlertRecipients = handler(endpoint, async ({ deps }) => ({
  items: await listRecipients(deps.database, null),
}));
