import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction } from '../../data/api.ts';
import type { Account, AccountModule } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import type { Choice } from './choice.ts';

type Removal = Pick<Choice, 'copies' | 'underWay'>;

interface RemovalProps {
  readonly choice: Removal;
  readonly set: (change: Partial<Removal>) => void;
}

/** What becomes of the copies that nothing chosen needs any more. */
export function RemovalFields({ choice, set }: RemovalProps) {
  return (
    <div className="settings-grid">
      <Field label="Copies that are no longer needed">
        {(ids) => (
          <Select
            {...ids}
            value={choice.copies}
            choices={[
              { value: 'delete', label: 'Delete them' },
              { value: 'keep', label: 'Keep them as the account’s own' },
            ]}
            onChange={(copies) => set({ copies: copies === 'keep' ? 'keep' : 'delete' })}
          />
        )}
      </Field>
      {choice.copies === 'delete' && (
        <Field label="Their executions under way">
          {(ids) => (
            <Select
              {...ids}
              value={choice.underWay}
              choices={[
                { value: 'finish', label: 'Let them finish' },
                { value: 'cancel', label: 'Cancel them' },
              ]}
              onChange={(underWay) => set({ underWay: underWay === 'cancel' ? 'cancel' : 'finish' })}
            />
          )}
        </Field>
      )}
    </div>
  );
}

interface LeaveProps {
  readonly account: Account;
  readonly module: AccountModule;
}

export function LeaveModule({ account, module }: LeaveProps) {
  const [isOpen, setOpen] = useState(false);
  const [removal, setRemoval] = useState<Removal>({ copies: 'delete', underWay: 'finish' });
  const navigate = useNavigate();
  const reason = useReason('account_modules.change', account.id);
  const leave = useAction('leaveModule', {
    stale: ['getAccountModule', 'listAccountModules', 'listWorkflows', 'getWorkflow', 'listTriggers'],
    quiet: true,
    done: `${account.name} opted out of ${module.title}`,
    onDone: () => void navigate({ to: paths.accountModules(account.key) }),
  });
  return (
    <>
      <Button reason={reason} onClick={() => setOpen(true)}>
        Opt out
      </Button>
      <ConfirmDialog
        open={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={() =>
          leave.mutate({ params: { accountId: account.id, moduleKey: module.key }, query: removal })
        }
        busy={leave.isPending}
        title={`Opt out of ${module.title}?`}
        text="New versions of it no longer reach this account."
        action="Opt out"
      >
        <RemovalFields choice={removal} set={(change) => setRemoval({ ...removal, ...change })} />
        {leave.error !== null && <ErrorState error={leave.error} />}
      </ConfirmDialog>
    </>
  );
}
