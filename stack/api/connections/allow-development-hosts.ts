import { allowDevelopmentHosts as endpoint } from '@middle/contract/connections/allow-development-hosts.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { getConnection, setDevelopmentHosts } from '@middle/store/connections.ts';
import { handler } from '../call.ts';
import { answerFor } from './answer.ts';

export const allowDevelopmentHosts = handler(endpoint, async ({ deps, params, accountId, body, caller }) => {
  const id = params.connectionId;
  await deps.database.transaction(async (client) => {
    const { developmentHosts } = await getConnection(client, id);
    await setDevelopmentHosts(client, id, [...new Set(body.hosts)]);
    await addAuditEvent(client, caller, {
      action: 'connection.allow_development_hosts',
      subjectKind: 'connection',
      subjectId: id,
      accountId,
      detail: { before: developmentHosts, after: body.hosts },
    });
  });
  return answerFor(deps, id);
});
