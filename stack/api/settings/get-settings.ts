import { getSettings as endpoint } from '@middle/contract/settings/get-settings.ts';
import { readRetention } from '@middle/store/settings.ts';
import { handler } from '../call.ts';

export const getSettings = handler(endpoint, async ({ deps }) => ({
  retention: await readRetention(deps.database),
}));
