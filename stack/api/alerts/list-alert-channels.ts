import { listAlertChannels as endpoint } from '@middle/contract/alerts/list-alert-channels.ts';
import { handler } from '../call.ts';
import { channelsAnswer } from './channels.ts';

export const listAlertChannels = handler(endpoint, async ({ deps, accountId }) =>
  channelsAnswer(deps.database, accountId),
);
