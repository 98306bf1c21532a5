import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useApi } from '../data/api.ts';
import { isString, recall, remember } from '../data/remember.ts';
import type { Account } from '../data/types.ts';

/** The account that the address names, directly or through a connection or a workflow; else the one looked at last. */
export function useCurrentAccount(): { readonly current: Account | null; readonly all: readonly Account[] } {
  const params = useParams({ strict: false });
  const accounts = useApi('listAccounts', { query: { limit: 200 } });
  const connectionId = paramOf(params, 'connection');
  const connection = useApi(
    'getConnection',
    { params: { connectionId: connectionId ?? '' } },
    { enabled: connectionId !== null },
  );
  const workflowId = paramOf(params, 'workflow');
  const workflow = useApi(
    'getWorkflow',
    { params: { workflowId: workflowId ?? '' } },
    { enabled: workflowId !== null },
  );
  const all = accounts.data?.items ?? [];
  const named =
    paramOf(params, 'account') ??
    (connectionId === null ? undefined : connection.data?.account.key) ??
    (workflowId === null ? undefined : workflow.data?.accountId);
  const wanted = named ?? recall('account', '', isString);
  const current = all.find(({ id, key }) => key === wanted || id === wanted) ?? all[0] ?? null;
  const key = current?.key;
  useEffect(() => {
    if (key !== undefined) remember('account', key);
  }, [key]);
  return { current, all };
}

function paramOf(params: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = params[name];
  return typeof value === 'string' ? value : null;
}
