import { getMailServer as endpoint } from '@middle/contract/alerts/get-mail-server.ts';
import { readMailServer } from '@middle/store/alerts/mail-server.ts';
import { handler } from '../call.ts';

export const getMailServer = handler(endpoint, async ({ deps }) => {
  const kept = await readMailServer(deps.database);
  return { server: kept?.server ?? null, hasPassword: (kept?.password ?? null) !== null };
});
