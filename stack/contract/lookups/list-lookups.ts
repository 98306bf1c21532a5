import { z } from 'zod';
import { connectionParams } from '../connections/connection.ts';
import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery, timestamp, uuid } from '../shared.ts';

export const listLookups = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/lookups',
  summary: 'Lookups of foreign keys not seen yet, with those that gave up',
  permission: 'lookups.read',
  params: connectionParams,
  query: pageQuery.extend({ state: z.enum(['pending', 'running', 'found', 'gave_up']).optional() }),
  response: page(
    z
      .strictObject({
        recordType: z.string(),
        recordId: z.string(),
        state: z.enum(['pending', 'running', 'found', 'gave_up']),
        attempts: z.int(),
        nextAt: timestamp,
        runId: uuid.nullable(),
        reason: z.string().nullable(),
        requestedAt: timestamp,
        settledAt: timestamp.nullable(),
      })
      .meta({ id: 'Lookup' }),
  ),
});
