import { listTriggerCounts as endpoint } from '@middle/contract/triggers/list-trigger-counts.ts';
import { listHours } from '@middle/store/triggers/triggers.ts';
import { handler } from '../call.ts';

export const listTriggerCounts = handler(endpoint, async ({ deps, params, query }) => ({
  items: await listHours(deps.database, params.triggerId, query.hours),
}));
