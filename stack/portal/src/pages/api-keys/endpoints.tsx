import { Link } from '@tanstack/react-router';
import { Webhook } from 'lucide-react';
import { useApi } from '../../data/api.ts';
import type { Account, WorkflowEndpoint } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { CLOSED_WORDS } from '../workflow-endpoint/words.ts';

/** What callers can reach, with its description for their programmers. */
export function EndpointsPanel({ account }: { readonly account: Account }) {
  const query = useApi('listWorkflowEndpoints', { params: { accountId: account.id } });
  return (
    <Panel
      title="Endpoints"
      description="A workflow is exposed in its settings."
      flush
      actions={
        <a
          className="button plain sm"
          href={paths.realTimeDocs(account.key)}
          target="_blank"
          rel="noreferrer"
        >
          Description for programmers
        </a>
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={Webhook} title="Nothing is exposed">
              Open the settings of a workflow to give it an address.
            </EmptyState>
          ) : (
            items.map((endpoint) => <EndpointRow key={endpoint.workflowId} endpoint={endpoint} />)
          )
        }
      </Loaded>
    </Panel>
  );
}

function EndpointRow({ endpoint }: { readonly endpoint: WorkflowEndpoint }) {
  const { workflowId, workflowName, mode, address, closed } = endpoint;
  return (
    <div className="list-row">
      <span className="grow">
        <span className="row wrap">
          <Link to={paths.workflowSettings(workflowId)}>{workflowName}</Link>
          <Badge>{mode === 'sync' ? 'Answers with its output' : 'Answers at once'}</Badge>
          {closed.map((reason) => (
            <Badge key={reason} tone="warn">
              {CLOSED_WORDS[reason]}
            </Badge>
          ))}
        </span>
        <code className="faint wrap-anywhere">POST {address}</code>
      </span>
      <CopyButton text={globalThis.location.origin + address} label={`Copy the address of ${workflowName}`} />
    </div>
  );
}
