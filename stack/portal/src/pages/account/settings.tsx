import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction } from '../../data/api.ts';
import type { Account } from '../../data/types.ts';
import { NameForm } from '../../parts/name-form.tsx';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Properties } from '../../ui/panel.tsx';
import { MasterSwitch } from './master-switch.tsx';
import { useAccount } from './use-account.ts';

export function AccountSettingsPage() {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Account settings">{null}</Page>}>
      {(account) => (
        <Page title="Account settings" crumbs={[{ label: account.name, to: paths.account(account.key) }]}>
          <MasterSwitch account={account} />
          <NamePanel key={account.id} account={account} />
          <DeletePanel account={account} />
        </Page>
      )}
    </Loaded>
  );
}

function NamePanel({ account }: { readonly account: Account }) {
  const reason = useReason('accounts.change', account.id);
  const update = useAction('updateAccount', {
    stale: ['getAccount', 'listAccounts', 'listConnections'],
    done: 'Renamed',
  });
  return (
    <Panel title="Name">
      <div className="stack">
        <NameForm
          name={account.name}
          reason={reason}
          busy={update.isPending}
          onRename={(name) => update.mutate({ params: { accountId: account.id }, body: { name } })}
        />
        <Properties
          items={[
            { name: 'Key', value: <code>{account.key}</code> },
            {
              name: 'Id',
              value: (
                <span className="row">
                  <code className="truncate">{account.id}</code>
                  <CopyButton text={account.id} label="Copy the id" />
                </span>
              ),
            },
            { name: 'Created', value: formatDateTime(new Date(account.createdAt)) },
          ]}
        />
      </div>
    </Panel>
  );
}

function DeletePanel({ account }: { readonly account: Account }) {
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const reason = useReason('accounts.delete');
  const remove = useAction('deleteAccount', {
    stale: ['listAccounts'],
    done: `${account.name} was deleted`,
    onDone: () => void navigate({ to: paths.home }),
  });
  return (
    <Panel title="Delete this account">
      <div className="row wrap between">
        <p className="muted grow">
          Its connections, records, record versions and history are deleted for good.
        </p>
        <Button look="danger" reason={reason} onClick={() => setAsking(true)}>
          Delete account
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          remove.mutate({ params: { accountId: account.id }, query: { confirm: account.key } })
        }
        busy={remove.isPending}
        title={`Delete ${account.name}?`}
        text="Its connections, records, record versions and history are deleted for good. Nothing brings them back."
        action="Delete for good"
        typed={account.key}
      />
    </Panel>
  );
}
