import type { RecordType } from '@middle/core/attribute.ts';
import type { ActionDefinition } from '@middle/core/manifest.ts';
import { useQueries } from '@tanstack/react-query';
import { query, useApi } from '../../../data/api.ts';
import type { Connection, Workflow, WorkflowSummary } from '../../../data/types.ts';
import { manifestOf } from '../../../parts/manifest.ts';

/** What a connection offers to the steps of a workflow. */
export interface Offer {
  readonly connection: Connection;
  readonly actions: readonly ActionDefinition[];
  readonly recordTypes: readonly RecordType[];
}

export interface Offers {
  readonly connections: readonly Offer[];
  /** Of the connection in a slot; undefined while none fills it. */
  readonly ofSlot: (slot: string) => Offer | undefined;
  /** Other workflows of the account. */
  readonly workflows: readonly WorkflowSummary[];
}

/** Connections, their actions and record types, and other workflows: what steps are made with. */
export function useOffers({ id, accountId, bindings }: Workflow): Offers {
  const all = useApi('listConnections', { query: { accountId, limit: 200 } }).data?.items ?? [];
  const workflows =
    useApi('listWorkflows', { params: { accountId }, query: { limit: 200 } }).data?.items ?? [];
  const pairs = [...new Map(all.map((one) => [`${one.app.key} ${one.version}`, one])).values()];
  const versions = useQueries({
    queries: pairs.map(({ app, version }) =>
      query('getAppVersion', { params: { appKey: app.key, version } }),
    ),
  });
  const connections = all.map((connection): Offer => {
    const at = pairs.findIndex(
      ({ app, version }) => app.key === connection.app.key && version === connection.version,
    );
    const version = versions[at]?.data;
    const manifest = version === undefined ? null : manifestOf(version);
    return { connection, actions: manifest?.actions ?? [], recordTypes: manifest?.recordTypes ?? [] };
  });
  return {
    connections,
    ofSlot: (slot) => connections.find(({ connection }) => connection.id === bindings[slot]),
    workflows: workflows.filter((one) => one.id !== id),
  };
}
