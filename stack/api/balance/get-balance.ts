import { getBalance as endpoint } from '@middle/contract/balance/get-balance.ts';
import { listBalances } from '@middle/store/balance.ts';
import type { ListedBalance } from '@middle/store/balance.ts';
import { handler } from '../call.ts';

export const getBalance = handler(endpoint, async ({ deps, visible }) => {
  const rows = await listBalances(deps.database);
  // An app's own sums are those of all accounts together.
  const items = rows
    .filter(({ accountId }) => visible === null || (accountId !== null && visible.includes(accountId)))
    .map(({ appId: _appId, differences, ...balance }) => ({
      of: kindOf(balance),
      ...balance,
      differences: differences.map(({ name, expected, actual, message }) => ({
        name,
        expected,
        actual,
        message,
      })),
    }));
  return { balanced: items.every(({ differences }) => differences.length === 0), items };
});

function kindOf({
  workflowId,
  connectionId,
}: Pick<ListedBalance, 'workflowId' | 'connectionId'>): 'app' | 'connection' | 'workflow' {
  if (workflowId !== null) return 'workflow';
  return connectionId === null ? 'app' : 'connection';
}
