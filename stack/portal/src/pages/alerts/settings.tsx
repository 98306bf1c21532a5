import { useReason } from '../../data/access.ts';
import { Notice } from '../../ui/notice.tsx';
import { ChannelsPanel } from './channels.tsx';
import { AccountAlertFrame, StackAlertFrame } from './frame.tsx';
import { MailServerPanel } from './mail-server.tsx';
import { RulesPanel } from './rules.tsx';

export function AccountAlertSettingsPage() {
  return (
    <AccountAlertFrame>
      {(account) => (
        <>
          <ChannelsPanel scope={account} />
          <RulesPanel scope={account} />
        </>
      )}
    </AccountAlertFrame>
  );
}

export function StackAlertSettingsPage() {
  const reason = useReason('stack_alerts.read');
  return (
    <StackAlertFrame>
      {reason === null ? (
        <>
          <ChannelsPanel scope={null} />
          <RulesPanel scope={null} />
          <MailServerPanel />
        </>
      ) : (
        <Notice>{reason}</Notice>
      )}
    </StackAlertFrame>
  );
}
