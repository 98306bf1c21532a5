import type { AlertKind } from './kinds.ts';

/** Facts of an alert that programs use: ids and keys, and the name of its subject. */
export type AlertData = Readonly<Record<string, unknown>>;

/** The page of the portal that shows what is wrong. */
export function alertPath(kind: AlertKind, data: AlertData): string {
  const at = (key: string): string => {
    const value = data[key];
    return encodeURIComponent(typeof value === 'string' ? value : '');
  };
  switch (kind) {
    case 'workflow_failing':
      return at('executionId') === '' ? `/workflows/${at('workflowId')}` : `/executions/${at('executionId')}`;
    case 'sync_failing':
      return at('runId') === '' ? `/connections/${at('connectionId')}` : `/runs/${at('runId')}`;
    case 'connection_attention':
      return `/connections/${at('connectionId')}/settings`;
    case 'webhooks_dead':
      return `/connections/${at('connectionId')}/webhooks`;
    case 'executions_waiting':
      return `/accounts/${at('accountKey')}/executions`;
    case 'queue_age':
      return '/queues';
    case 'dead_letters':
      return `/queues/${at('app')}/dead-letters`;
    case 'balance_difference':
      return '/balance';
    case 'search_drift':
    case 'backup_failing':
    case 'backup_unverified':
    case 'database_damaged':
    case 'disk_low':
      return '/health';
  }
}
