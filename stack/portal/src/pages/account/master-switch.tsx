import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction } from '../../data/api.ts';
import type { Account } from '../../data/types.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Switch } from '../../ui/switch.tsx';
import './account.css';

/** Off is asked for twice, because it stops the work of many people; on is not. */
export function MasterSwitch({ account }: { readonly account: Account }) {
  const reason = useReason('accounts.change', account.id);
  const [asking, setAsking] = useState(false);
  const update = useAction('updateAccount', {
    stale: ['getAccount', 'listAccounts', 'getConnection', 'listConnections'],
    done: ({ enabled }) => (enabled ? 'The account is on' : 'The account is off'),
    onDone: () => setAsking(false),
  });
  const turn = (enabled: boolean) => update.mutate({ params: { accountId: account.id }, body: { enabled } });
  return (
    <section className={account.enabled ? 'master-switch' : 'master-switch off'} aria-label="Master switch">
      <Switch
        large
        on={account.enabled}
        label="Master switch of the account"
        reason={reason}
        busy={update.isPending}
        onChange={(on) => (on ? turn(true) : setAsking(true))}
      />
      <div className="grow">
        <strong>{account.enabled ? 'This account is on' : 'This account is off'}</strong>
        <p className="muted">
          {account.enabled
            ? 'Its syncs, triggers and workflows run. Off stops all of them; records stay and can be read.'
            : 'No sync, trigger or workflow of it runs. Records stay and can be read.'}
        </p>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => turn(false)}
        busy={update.isPending}
        title={`Switch ${account.name} off?`}
        text="Its syncs, triggers and workflows stop until it is on again. A sync that runs now is finished; executions wait. Records stay and can be read."
        action="Switch off"
      />
    </section>
  );
}
