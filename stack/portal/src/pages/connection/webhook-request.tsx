import { useReason } from '../../data/access.ts';
import { useApi } from '../../data/api.ts';
import type { Connection, WebhookRequest } from '../../data/types.ts';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { LogPanel } from './webhook-log.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Bytes } from '../../ui/numbers.tsx';
import { Properties } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { RequestState } from './webhook-columns.tsx';

interface WebhookRequestDialogProps {
  readonly connection: Connection;
  readonly request: WebhookRequest;
  readonly onClose: () => void;
}

/** One received request: what became of it, and what it held. */
export function WebhookRequestDialog({ connection, request, onClose }: WebhookRequestDialogProps) {
  const unseen = useReason('webhooks.change', connection.account.id);
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Received request"
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <Properties
        items={[
          { name: 'State', value: <RequestState request={request} /> },
          { name: 'Webhook', value: `${request.method} ${request.webhook}` },
          { name: 'Received', value: <RelativeTime at={request.receivedAt} /> },
          { name: 'Size', value: <Bytes value={request.bytes} /> },
        ]}
      />
      {request.error !== null && <FailureNotice error={request.error} />}
      {unseen === null ? <Content connection={connection} request={request} /> : <Notice>{unseen}</Notice>}
      {request.invocationId !== null && <LogPanel invocationId={request.invocationId} />}
    </Dialog>
  );
}

function Content({ connection, request }: Omit<WebhookRequestDialogProps, 'onClose'>) {
  const query = useApi('getWebhookRequest', {
    params: { connectionId: connection.id, requestId: request.id },
  });
  return (
    <Loaded query={query}>
      {({ headers, query: parameters, body }) => (
        <pre className="raw" tabIndex={0} aria-label="Content of the request">
          {[
            `${request.method} ${searchOf(parameters)}`,
            ...Object.entries(headers).flatMap(([name, values]) =>
              values.map((value) => `${name}: ${value}`),
            ),
            '',
            body ?? 'The body is no text.',
          ].join('\n')}
        </pre>
      )}
    </Loaded>
  );
}

function searchOf(parameters: Readonly<Record<string, readonly string[]>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, values]) => values.map((value) => [name, value]));
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}
