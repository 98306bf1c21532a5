import { QuarantineList } from '../../parts/quarantine-list.tsx';
import { RunsTable } from '../../parts/runs-table.tsx';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { useAccount } from './use-account.ts';

export function AccountRunsPage() {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Sync history">{null}</Page>}>
      {({ id, key, name }) => (
        <Page title="Sync history" crumbs={[{ label: name, to: paths.account(key) }]}>
          <RunsTable accountId={id} />
        </Page>
      )}
    </Loaded>
  );
}

export function AccountQuarantinePage() {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Quarantine">{null}</Page>}>
      {({ id, key, name }) => (
        <Page
          title="Quarantine"
          crumbs={[{ label: name, to: paths.account(key) }]}
          description="Records that did not fit their record type. They were set aside; the valid ones went on."
        >
          <QuarantineList accountId={id} />
        </Page>
      )}
    </Loaded>
  );
}
