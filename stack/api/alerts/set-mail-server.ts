import { setMailServer as endpoint } from '@middle/contract/alerts/set-mail-server.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { MAIL_PASSWORD_CONTEXT, readMailServer, writeMailServer } from '@middle/store/alerts/mail-server.ts';
import type { KeptMailServer } from '@middle/store/alerts/mail-server.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';

export const setMailServer = handler(endpoint, async ({ deps, body, caller }) => {
  const { password: given, ...server } = body;
  return deps.database.transaction(async (client) => {
    const before = await readMailServer(client);
    const password =
      given === undefined
        ? keptPassword(before, server)
        : given === null || given === ''
          ? null
          : await deps.keys.seal(Buffer.from(given), MAIL_PASSWORD_CONTEXT);
    await writeMailServer(client, { server, password });
    await addAuditEvent(client, caller, {
      action: 'mail_server.set',
      subjectKind: 'stack',
      subjectId: 'mail_server',
      detail: { before: before?.server ?? null, after: server, passwordChanged: given !== undefined },
    });
    return { server, hasPassword: password !== null };
  });
});

/** A password goes to the server that it was given for, and to no other. */
function keptPassword(before: KeptMailServer | null, server: KeptMailServer['server']): Uint8Array | null {
  const password = before?.password ?? null;
  if (before === null || password === null) return null;
  if (before.server.host === server.host && before.server.user === server.user) return password;
  throw new MiddleError('request_invalid', 'another host or user needs its password anew', {
    data: { errors: [{ path: 'body.password', message: 'give it again' }] },
  });
}
