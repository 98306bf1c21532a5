import { listStackAlertChannels as endpoint } from '@middle/contract/alerts/list-stack-alert-channels.ts';
import { handler } from '../call.ts';
import { channelsAnswer } from './channels.ts';

export const listStackAlertChannels = handler(endpoint, async ({ deps }) =>
  channelsAnswer(deps.database, null),
);
