import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useReason } from '../../data/access.ts';
import { patch, useAction, useApi } from '../../data/api.ts';
import type { Workflow } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useWorkflow } from './use-workflow.ts';

interface WorkflowFrameProps {
  readonly children: (workflow: Workflow) => ReactNode;
  /** Beside the switch. */
  readonly actions?: ((workflow: Workflow) => ReactNode) | undefined;
  /** Fills the window's height; its parts scroll by themselves. */
  readonly full?: boolean | undefined;
}

/** What the pages of a workflow share: its name, its switch and its tabs. */
export function WorkflowFrame({ children, actions, full }: WorkflowFrameProps) {
  const { query } = useWorkflow();
  return (
    <Loaded query={query} skeleton={<Page title="Workflow">{null}</Page>}>
      {(workflow) => (
        <Framed workflow={workflow} full={full} actions={actions?.(workflow)}>
          {children(workflow)}
        </Framed>
      )}
    </Loaded>
  );
}

interface FramedProps {
  readonly workflow: Workflow;
  readonly full: boolean | undefined;
  readonly actions: ReactNode;
  readonly children: ReactNode;
}

function Framed({ workflow, full, actions, children }: FramedProps) {
  const { id, accountId, name } = workflow;
  const account = useApi('getAccount', { params: { accountId } }).data;
  return (
    <Page
      title={name}
      full={full}
      crumbs={
        account && [
          { label: account.name, to: paths.account(account.key) },
          { label: 'Workflows', to: paths.workflows(account.key) },
        ]
      }
      heading={
        <>
          {name} <VersionBadge workflow={workflow} /> {workflow.module !== null && <Badge>Module</Badge>}
        </>
      }
      actions={
        <>
          {actions}
          <WorkflowSwitch workflow={workflow} />
        </>
      }
      tabs={
        <Tabs
          label="Parts of the workflow"
          tabs={[
            { to: paths.workflow(id), label: 'Builder' },
            { to: paths.workflowExecutions(id), label: 'Executions' },
            { to: paths.workflowTriggers(id), label: 'Triggers' },
            { to: paths.workflowDashboard(id), label: 'Dashboard' },
            { to: paths.workflowVersions(id), label: 'Versions' },
            { to: paths.workflowSettings(id), label: 'Settings' },
          ]}
        />
      }
    >
      {account?.enabled === false && (
        <Notice tone="warn">The account {account.name} is off, so nothing of this workflow starts.</Notice>
      )}
      {workflow.module !== null && account !== undefined && (
        <Notice
          action={<Link to={paths.accountModule(account.key, workflow.module.key)}>What was chosen</Link>}
        >
          It came with version {workflow.module.version} of the module {workflow.module.title}: new versions
          reach it by themselves. Its switch, its limits and triggers of its own are the account’s.
        </Notice>
      )}
      {children}
    </Page>
  );
}

function VersionBadge({ workflow: { version, isDraftChanged } }: { readonly workflow: Workflow }) {
  if (version === null) return <Badge tone="warn">Not published</Badge>;
  return (
    <>
      <Badge>Version {version}</Badge>
      {isDraftChanged && <Badge tone="live">Draft differs</Badge>}
    </>
  );
}

function WorkflowSwitch({ workflow }: { readonly workflow: Workflow }) {
  const reason = useReason('workflows.change', workflow.accountId);
  const input = { params: { workflowId: workflow.id } };
  const update = useAction('updateWorkflow', {
    stale: ['getWorkflow', 'listWorkflows', 'listTriggers'],
    done: ({ enabled }) =>
      enabled ? 'The workflow is on' : 'The workflow is off; what waits goes on waiting',
    optimistic: ({ body }) =>
      patch('getWorkflow', input, (before) => ({ ...before, enabled: body.enabled ?? before.enabled })),
  });
  return (
    <span className="row">
      <span className="muted">{workflow.enabled ? 'On' : 'Off'}</span>
      <Switch
        large
        on={workflow.enabled}
        label="Switch of the workflow"
        reason={reason}
        onChange={(enabled) => update.mutate({ ...input, body: { enabled } })}
      />
    </span>
  );
}
