import { listPeople as endpoint } from '@middle/contract/people/list-people.ts';
import { listPeople as list } from '@middle/store/people.ts';
import type { Person } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';

export const listPeople = handler(endpoint, async ({ deps, query }) => {
  const rows = await list(deps.database, { limit: query.limit + 1, after: afterId(query.after) });
  const { items, next } = pageOf(rows, query.limit, ({ id }) => id);
  return { items: items.map(personSummary), next };
});

export function personSummary(person: Person) {
  const { hasPassword: _hasPassword, ...summary } = person;
  return summary;
}
