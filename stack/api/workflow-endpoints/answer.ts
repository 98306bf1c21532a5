import type { EndpointView } from '@middle/store/real-time/endpoints.ts';

type Closed = 'account_off' | 'workflow_off' | 'workflow_unpublished';

/** Where callers find an endpoint, below the address of the stack. */
export function addressOf({ accountKey, name }: Pick<EndpointView, 'accountKey' | 'name'>): string {
  return `/run/${accountKey}/${name}`;
}

/** Why calls of it are refused now; none: they are taken. */
export function closedBy(view: EndpointView): Closed[] {
  const closed: Closed[] = [];
  if (!view.accountEnabled) closed.push('account_off');
  if (!view.workflowEnabled) closed.push('workflow_off');
  if (view.version === null) closed.push('workflow_unpublished');
  return closed;
}

export function endpointAnswer(view: EndpointView) {
  const { workflowId, workflowName, accountId, name, mode, timeLimitSeconds, createdAt } = view;
  return {
    workflowId,
    workflowName,
    accountId,
    name,
    mode,
    timeLimitSeconds,
    address: addressOf(view),
    closed: closedBy(view),
    createdAt,
  };
}
