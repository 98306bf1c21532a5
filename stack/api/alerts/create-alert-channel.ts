import { createAlertChannel as endpoint } from '@middle/contract/alerts/create-alert-channel.ts';
import { handler } from '../call.ts';
import { makeChannel } from './channels.ts';

export const createAlertChannel = handler(endpoint, async (call) =>
  makeChannel(call, call.accountId, call.body),
);
