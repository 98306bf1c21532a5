import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { accountRef, page, pageQuery, timestamp, uuid } from '../shared.ts';

export const listAuditEvents = defineEndpoint({
  method: 'GET',
  path: '/audit-events',
  summary: 'Who changed what, newest first',
  permission: 'audit.read',
  query: pageQuery.extend({
    accountId: accountRef.optional(),
    actor: z.string().max(100).optional(),
    subjectKind: z.string().max(63).optional(),
    subjectId: z.string().max(500).optional(),
  }),
  response: page(
    z
      .strictObject({
        id: uuid,
        at: timestamp,
        actor: z.string(),
        actorName: z.string(),
        action: z.string(),
        subjectKind: z.string(),
        subjectId: z.string(),
        accountId: uuid.nullable(),
        detail: z.record(z.string(), z.unknown()).meta({ description: 'What changed, before and after.' }),
        requestId: z.string().nullable(),
      })
      .meta({ id: 'AuditEvent' }),
  ),
});
