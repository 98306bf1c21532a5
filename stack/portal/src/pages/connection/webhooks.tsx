import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useApi } from '../../data/api.ts';
import { usePollInterval } from '../../data/live.ts';
import type { Connection, Webhooks } from '../../data/types.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatDateTime, plural } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { ChangeAddressDialog } from './change-address.tsx';
import { ConnectionFrame } from './frame.tsx';
import { WebhookRequestsPanel } from './webhook-requests.tsx';

export function ConnectionWebhooksPage() {
  return (
    <ConnectionFrame>
      {(connection) => (
        <>
          <AddressesPanel connection={connection} />
          <WebhookRequestsPanel connection={connection} />
        </>
      )}
    </ConnectionFrame>
  );
}

function AddressesPanel({ connection }: { readonly connection: Connection }) {
  const poll = usePollInterval();
  const query = useApi(
    'listWebhooks',
    { params: { connectionId: connection.id } },
    { refetchInterval: poll },
  );
  const reason = useReason('webhooks.change', connection.account.id);
  const [changing, setChanging] = useState(false);
  return (
    <Panel
      title="Webhooks"
      description="Addresses that the outside system sends to. Whoever knows one can send: keep them as you keep a password."
      flush
      actions={
        <Button size="sm" icon={RefreshCw} reason={reason} onClick={() => setChanging(true)}>
          Change addresses
        </Button>
      }
    >
      <Loaded query={query}>
        {(webhooks) => (
          <>
            {webhooks.previousUntil !== null && (
              <Notice>
                The addresses before these work until {formatDateTime(new Date(webhooks.previousUntil))}.
              </Notice>
            )}
            {webhooks.items.map((webhook) => (
              <WebhookRow key={webhook.key} webhook={webhook} />
            ))}
            {webhooks.waiting > 0 && (
              <p className="list-row faint">{plural(webhooks.waiting, 'request')} to be processed</p>
            )}
          </>
        )}
      </Loaded>
      {changing && <ChangeAddressDialog connection={connection} onClose={() => setChanging(false)} />}
    </Panel>
  );
}

function WebhookRow({ webhook }: { readonly webhook: Webhooks['items'][number] }) {
  const { title, description, methods, address, lastReceivedAt, lastDay } = webhook;
  const url = address === null ? null : globalThis.location.origin + address;
  return (
    <div className="list-row">
      <div className="grow stack tight">
        <div className="row wrap">
          <span className="strong">{title}</span>
          {methods.map((method) => (
            <Badge key={method}>{method}</Badge>
          ))}
          {lastDay.dead > 0 && <Badge tone="bad">{plural(lastDay.dead, 'dead request')} in a day</Badge>}
          {lastDay.refused > 0 && <Badge tone="warn">{lastDay.refused} refused in a day</Badge>}
        </div>
        {description !== undefined && <p className="muted">{description}</p>}
        <code className="faint wrap-anywhere">
          {url ?? 'Its address is shown to people with full rights in the account.'}
        </code>
        <p className="faint">
          {lastReceivedAt === null ? (
            'Nothing received yet'
          ) : (
            <>
              Last received <RelativeTime at={lastReceivedAt} />. In a day{' '}
              {plural(lastDay.processed, 'request')} brought {plural(lastDay.created, 'new record')} and{' '}
              {plural(lastDay.updated, 'change')}.
            </>
          )}
        </p>
      </div>
      {url !== null && <CopyButton text={url} label={`Copy the address of ${title}`} />}
    </div>
  );
}
