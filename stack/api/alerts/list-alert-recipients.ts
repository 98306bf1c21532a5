import { listAlertRecipients as endpoint } from '@middle/contract/alerts/list-alert-recipients.ts';
import { listRecipients } from '@middle/store/alerts/recipients.ts';
import { handler } from '../call.ts';

export const listAlertRecipients = handler(endpoint, async ({ deps, accountId }) => ({
  items: await listRecipients(deps.database, accountId),
}));
