import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { useAccount } from '../account/use-account.ts';
import { WorkflowFrame } from '../workflows/frame.tsx';
import { ExecutionsTable } from './executions-table.tsx';
import { RepeatJobs } from './repeat-jobs.tsx';

export function AccountExecutionsPage() {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Executions">{null}</Page>}>
      {({ id, key, name }) => (
        <Page title="Executions" crumbs={[{ label: name, to: paths.account(key) }]}>
          <RepeatJobs accountId={id} />
          <ExecutionsTable accountId={id} />
        </Page>
      )}
    </Loaded>
  );
}

export function WorkflowExecutionsPage() {
  return (
    <WorkflowFrame>
      {({ id, accountId }) => (
        <>
          <RepeatJobs accountId={accountId} />
          <ExecutionsTable accountId={accountId} workflowId={id} />
        </>
      )}
    </WorkflowFrame>
  );
}
