import { Link, useNavigate } from '@tanstack/react-router';
import { Plus, Search, Workflow as WorkflowIcon } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApiPages } from '../../data/api.ts';
import type { Account, WorkflowSummary } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount } from '../../ui/format.ts';
import { List } from '../../ui/list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Switch } from '../../ui/switch.tsx';
import type { Column } from '../../ui/table.tsx';
import { useAccount } from '../account/use-account.ts';
import { LastDay, useLastDay } from './last-day.tsx';
import type { DayCounts } from './last-day.tsx';
import { NewWorkflowDialog } from './new-workflow.tsx';
import { WorkflowMenu } from './workflow-menu.tsx';

/** The workflows of an account. */
export function WorkflowsPage() {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Workflows">{null}</Page>}>
      {(account) => <Workflows account={account} />}
    </Loaded>
  );
}

function Workflows({ account }: { readonly account: Account }) {
  const [adding, setAdding] = useState(false);
  const [text, setText] = useState('');
  const navigate = useNavigate();
  const reason = useReason('workflows.change', account.id);
  const wanted = text.trim();
  const pages = useApiPages('listWorkflows', {
    params: { accountId: account.id },
    query: { limit: 50, ...(wanted !== '' && { text: wanted }) },
  });
  const day = useLastDay(account.id);
  const columns = useMemo(() => columnsWith(day), [day]);
  const add = (
    <Button look="solid" icon={Plus} reason={reason} onClick={() => setAdding(true)}>
      New workflow
    </Button>
  );
  const isSearched = wanted !== '' || pages.items.length > 8;
  return (
    <Page
      title="Workflows"
      crumbs={[{ label: account.name, to: paths.account(account.key) }]}
      description="What happens when records change, when a clock says so, or when somebody asks for it."
      actions={add}
    >
      {(isSearched || text !== '') && (
        <div className="toolbar">
          <span className="search-box">
            <Search className="icon" aria-hidden />
            <input
              className="input"
              type="search"
              aria-label="Search workflows"
              placeholder="Search by name"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </span>
        </div>
      )}
      <Panel flush>
        <List
          label="Workflows"
          pages={pages}
          columns={columns}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: paths.workflow(id) })}
          empty={
            wanted !== '' ? (
              <EmptyState icon={Search} title={`No workflow is called “${wanted}”`} />
            ) : (
              <EmptyState icon={WorkflowIcon} title="No workflows yet" action={add}>
                A workflow is a tree of steps: it looks at a record, decides, and calls actions of connected
                apps. Build it here, try it on real records, publish it, and let a trigger start it.
              </EmptyState>
            )
          }
        />
      </Panel>
      {adding && <NewWorkflowDialog account={account} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function columnsWith(day: DayCounts): readonly Column<WorkflowSummary>[] {
  return [
    {
      key: 'enabled',
      title: <span className="visually-hidden">Switch</span>,
      width: '3.6rem',
      cell: (workflow) => <RowSwitch workflow={workflow} />,
    },
    {
      key: 'name',
      title: 'Name',
      cell: ({ id, name, module }) => (
        <span className="cell-main">
          <Link to={paths.workflow(id)}>{name}</Link>
          {module !== null && <span className="faint">of {module.title}</span>}
        </span>
      ),
    },
    {
      key: 'version',
      title: 'Version',
      width: '10.5rem',
      hide: 'narrow',
      cell: ({ version, isDraftChanged }) =>
        version === null ? (
          <Badge tone="warn">Not published</Badge>
        ) : (
          <span className="row">
            <span className="num">{version}</span>
            {isDraftChanged && <Badge tone="live">Draft differs</Badge>}
          </span>
        ),
    },
    {
      key: 'triggers',
      title: 'Triggers',
      width: '8rem',
      hide: 'medium',
      cell: ({ triggers, enabledTriggers }) =>
        triggers === 0 ? (
          <span className="faint">none</span>
        ) : (
          <span className="num">
            {enabledTriggers} of {triggers} on
          </span>
        ),
    },
    {
      key: 'steps',
      title: 'Steps',
      width: '4.5rem',
      align: 'end',
      hide: 'medium',
      cell: ({ steps }) => <span className="num">{steps}</span>,
    },
    {
      key: 'open',
      title: 'Under way',
      width: '7rem',
      align: 'end',
      hide: 'medium',
      cell: ({ open }) =>
        open > 0 ? <Badge tone="live">{formatCount(open)}</Badge> : <span className="faint">0</span>,
    },
    {
      key: 'day',
      title: 'Last 24 hours',
      width: '10rem',
      hide: 'medium',
      cell: ({ id }) => <LastDay counts={day(id)} />,
    },
    {
      key: 'menu',
      title: <span className="visually-hidden">Actions</span>,
      width: '3.5rem',
      align: 'end',
      cell: (workflow) => <WorkflowMenu workflow={workflow} />,
    },
  ];
}

function RowSwitch({ workflow }: { readonly workflow: WorkflowSummary }) {
  const reason = useReason('workflows.change', workflow.accountId);
  const update = useAction('updateWorkflow', {
    stale: ['getWorkflow', 'listWorkflows', 'listTriggers'],
    done: ({ name, enabled }) => `${name} is ${enabled ? 'on' : 'off'}`,
  });
  const isOn = update.isPending ? (update.variables.body.enabled ?? workflow.enabled) : workflow.enabled;
  return (
    <Switch
      on={isOn}
      label={`Switch of ${workflow.name}`}
      reason={reason}
      busy={update.isPending}
      onChange={(enabled) => update.mutate({ params: { workflowId: workflow.id }, body: { enabled } })}
    />
  );
}
