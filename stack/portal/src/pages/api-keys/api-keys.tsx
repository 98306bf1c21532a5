import { Ban, KeyRound, Pencil, Plus, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Account, ApiKey } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatDateTime, plural } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { useAccount } from '../account/use-account.ts';
import { EndpointsPanel } from './endpoints.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';

export function ApiKeysPage() {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Real-time API">{null}</Page>}>
      {(account) => (
        <Page
          title="Real-time API"
          crumbs={[{ label: account.name, to: paths.account(account.key) }]}
          description="Programs of others call the workflows of this account that are exposed as endpoints, with a key."
        >
          <KeysPanel account={account} />
          <EndpointsPanel account={account} />
        </Page>
      )}
    </Loaded>
  );
}

type Doing =
  | { readonly kind: 'make' }
  | { readonly kind: 'change' | 'rotate' | 'revoke'; readonly apiKey: ApiKey }
  | { readonly kind: 'show'; readonly name: string; readonly secret: string };

function KeysPanel({ account }: { readonly account: Account }) {
  const query = useApi('listApiKeys', { params: { accountId: account.id } });
  const reason = useReason('api_keys.change', account.id);
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  const shown = (answer: { readonly apiKey: ApiKey; readonly secret: string }) =>
    setDoing({ kind: 'show', name: answer.apiKey.name, secret: answer.secret });
  const revoke = useAction('revokeApiKey', {
    stale: ['listApiKeys'],
    done: 'The key was revoked',
    onDone: close,
  });
  const make = (
    <Button look="solid" icon={Plus} reason={reason} onClick={() => setDoing({ kind: 'make' })}>
      New key
    </Button>
  );
  return (
    <Panel
      title="API keys"
      description="A secret is shown once, when it is made. The stack keeps only a hash of it."
      flush
      actions={make}
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={KeyRound} title="No keys yet">
              Make one for each program that calls, so that each can be revoked alone.
            </EmptyState>
          ) : (
            items.map((apiKey) => (
              <KeyRow
                key={apiKey.id}
                apiKey={apiKey}
                reason={reason}
                onDo={(kind) => setDoing({ kind, apiKey })}
              />
            ))
          )
        }
      </Loaded>
      {doing?.kind === 'make' && <KeyDialog account={account} onClose={close} onMade={shown} />}
      {doing?.kind === 'change' && <KeyDialog account={account} apiKey={doing.apiKey} onClose={close} />}
      {doing?.kind === 'rotate' && <RotateDialog apiKey={doing.apiKey} onClose={close} onDone={shown} />}
      {doing?.kind === 'show' && <SecretDialog name={doing.name} secret={doing.secret} onClose={close} />}
      {doing?.kind === 'revoke' && (
        <ConfirmDialog
          open
          onClose={close}
          onConfirm={() => revoke.mutate({ params: { apiKeyId: doing.apiKey.id } })}
          busy={revoke.isPending}
          title={`Revoke ${doing.apiKey.name}?`}
          text="It stops to work at once, and nothing brings it back. Executions that it started go on."
          action="Revoke"
        />
      )}
    </Panel>
  );
}

interface KeyRowProps {
  readonly apiKey: ApiKey;
  readonly reason: string | null;
  readonly onDo: (kind: 'change' | 'rotate' | 'revoke') => void;
}

function KeyRow({ apiKey, reason, onDo }: KeyRowProps) {
  const { name, state, secrets, workflowIds, expiresAt, lastUsedAt } = apiKey;
  const over = reason ?? (state === 'revoked' ? 'It was revoked' : null);
  return (
    <div className="list-row">
      <KeyRound className="icon faint" aria-hidden />
      <span className="grow">
        <span className="row wrap">
          <span className="strong">{name}</span>
          {state !== 'active' && (
            <Badge tone={state === 'expired' ? 'warn' : 'idle'}>
              {state === 'expired' ? 'Expired' : 'Revoked'}
            </Badge>
          )}
          {secrets.map(({ prefix, validUntil }) => (
            <code key={prefix} className="faint">
              {prefix}…{validUntil !== null && ` until ${formatDateTime(new Date(validUntil))}`}
            </code>
          ))}
        </span>
        <span className="row wrap faint">
          <span>{workflowIds === null ? 'Every endpoint' : plural(workflowIds.length, 'workflow')}</span>
          {expiresAt !== null && state === 'active' && (
            <span>Expires {formatDateTime(new Date(expiresAt))}</span>
          )}
          <span>
            {lastUsedAt === null ? (
              'Never used'
            ) : (
              <>
                Used <RelativeTime at={lastUsedAt} />
              </>
            )}
          </span>
        </span>
      </span>
      <IconButton icon={Pencil} label={`Change ${name}`} reason={over} onClick={() => onDo('change')} />
      <IconButton icon={RotateCw} label={`Rotate ${name}`} reason={over} onClick={() => onDo('rotate')} />
      <IconButton icon={Ban} label={`Revoke ${name}`} reason={over} onClick={() => onDo('revoke')} />
    </div>
  );
}
