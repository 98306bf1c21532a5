import { createStackAlertChannel as endpoint } from '@middle/contract/alerts/create-stack-alert-channel.ts';
import { handler } from '../call.ts';
import { makeChannel } from './channels.ts';

export const createStackAlertChannel = handler(endpoint, async (call) => makeChannel(call, null, call.body));
