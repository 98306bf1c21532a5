import { getBalance as endpoint } from '@middle/contract/balance/get-balance.ts';
import { listBalances } from '@middle/store/balance.ts';
import { accountsOfConnections } from '@middle/store/connections.ts';
import { handler } from '../call.ts';

export const getBalance = handler(endpoint, async ({ deps, visible }) => {
  const rows = await listBalances(deps.database);
  const accounts = visible === null ? null : await accountsOfConnections(deps.database);
  const isVisible = (connectionId: string | null): boolean => {
    if (visible === null || accounts === null) return true;
    // An app's own sums are those of all accounts together.
    if (connectionId === null) return false;
    return visible.includes(accounts.get(connectionId) ?? '');
  };
  const items = rows
    .filter(({ connectionId }) => isVisible(connectionId))
    .map(({ appId: _appId, ...balance }) => balance);
  return { balanced: items.every(({ differences }) => differences.length === 0), items };
});
