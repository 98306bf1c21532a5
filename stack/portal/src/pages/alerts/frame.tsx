import type { ReactNode } from 'react';
import { useReason } from '../../data/access.ts';
import type { Account } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useAccount } from '../account/use-account.ts';

/** Whose alerts: an account's, or those of the stack and of all accounts that one sees. */
export type AlertScope = Account | null;

interface FrameProps {
  readonly children: (account: Account) => ReactNode;
}

export function AccountAlertFrame({ children }: FrameProps) {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Alerts">{null}</Page>}>
      {(account) => (
        <Page
          title="Alerts"
          crumbs={[{ label: account.name, to: paths.account(account.key) }]}
          description="What goes wrong in this account: told once, with reminders until somebody looks after it."
          tabs={
            <Tabs
              label="Alerts"
              tabs={[
                { to: paths.accountAlerts(account.key), label: 'Alerts' },
                { to: paths.accountAlertSettings(account.key), label: 'Rules and channels' },
              ]}
            />
          }
        >
          {children(account)}
        </Page>
      )}
    </Loaded>
  );
}

export function StackAlertFrame({ children }: { readonly children: ReactNode }) {
  const reason = useReason('stack_alerts.read');
  return (
    <Page
      title="Alerts"
      description={
        reason === null
          ? 'What goes wrong in the stack and in its accounts.'
          : 'What goes wrong in your accounts.'
      }
      tabs={
        reason === null && (
          <Tabs
            label="Alerts"
            tabs={[
              { to: paths.alerts, label: 'Alerts' },
              { to: paths.alertSettings, label: 'Rules, channels and mail' },
            ]}
          />
        )
      }
    >
      {children}
    </Page>
  );
}
