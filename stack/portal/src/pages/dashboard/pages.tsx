import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { useAccount } from '../account/use-account.ts';
import { WorkflowFrame } from '../workflows/frame.tsx';
import { Dashboard } from './dashboard.tsx';

export function AccountDashboardPage() {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Dashboard">{null}</Page>}>
      {({ id, key, name }) => (
        <Page
          title="Dashboard"
          crumbs={[{ label: name, to: paths.account(key) }]}
          description="What became of the executions of all workflows of this account."
        >
          <Dashboard accountId={id} />
        </Page>
      )}
    </Loaded>
  );
}

export function WorkflowDashboardPage() {
  return (
    <WorkflowFrame>
      {({ id, accountId }) => <Dashboard accountId={accountId} workflowId={id} />}
    </WorkflowFrame>
  );
}
