import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { markStale, useAction, useApi } from '../../data/api.ts';
import type { Connection, ProposedChange } from '../../data/types.ts';
import { JobProgress, useJob } from '../../parts/job-watch.tsx';
import { QuarantineList } from '../../parts/quarantine-list.tsx';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { plural } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { toast } from '../../ui/toast.tsx';
import { Link } from '@tanstack/react-router';
import { ConnectionFrame } from './frame.tsx';

export function ConnectionQuarantinePage() {
  return (
    <ConnectionFrame>
      {(connection) => (
        <>
          <Reprocess connection={connection} />
          <QuarantineList connectionId={connection.id} accountId={connection.account.id} />
        </>
      )}
    </ConnectionFrame>
  );
}

function Reprocess({ connection }: { readonly connection: Connection }) {
  const input = { params: { connectionId: connection.id } };
  const proposed = useApi('listProposedChanges', input);
  const reason = useReason('invalid_records.change', connection.account.id);
  const [jobId, setJobId] = useState<string | null>(null);
  const start = useAction('reprocessInvalidRecords', { onDone: ({ id }) => setJobId(id) });
  const job = useJob(jobId, ({ state, error }) => {
    setJobId(null);
    markStale(['listInvalidRecords', 'listProposedChanges', 'listRecordSets', 'getAccount', 'listAccounts']);
    if (state === 'succeeded') toast('Reprocessed: what is valid now is stored');
    else toast(error?.message ?? `Reprocessing was ${state}`, { tone: 'bad' });
  });
  const changes = proposed.data?.items ?? [];
  return (
    <Panel
      title={changes.length > 0 ? 'Proposed changes' : 'Reprocess'}
      description={
        changes.length > 0
          ? 'Changes of the record types that would make these records valid. Push an app version with them, move this connection to it, then reprocess.'
          : 'Checks all open records again against the record types in force, and stores those that are valid now.'
      }
      actions={
        <Button
          icon={RefreshCw}
          busy={start.isPending || jobId !== null}
          reason={reason}
          onClick={() => start.mutate({ ...input, body: {} })}
        >
          Reprocess
        </Button>
      }
      flush
    >
      {jobId !== null && (
        <div className="panel-body">
          <JobProgress job={job} text="Reprocessing" />
        </div>
      )}
      {changes.map((change) => (
        <Proposal
          key={`${change.recordType} ${change.attribute} ${change.change}`}
          change={change}
          app={connection.app.key}
        />
      ))}
    </Panel>
  );
}

function Proposal({ change, app }: { readonly change: ProposedChange; readonly app: string }) {
  const { recordType, attribute, from, to, records, reason } = change;
  const text = {
    add_attribute: `Add ${to === null ? 'an attribute' : to}`,
    remove_attribute: 'Remove the attribute',
    change_type: `Change the type from ${from ?? 'what it is'} to ${to ?? 'another'}`,
  }[change.change];
  return (
    <div className="list-row">
      <div className="grow">
        <div className="row wrap">
          <Badge>{recordType}</Badge>
          <code>{attribute}</code>
          <span className="strong">{text}</span>
        </div>
        <p className="faint">{reason}</p>
      </div>
      <span className="faint nowrap">{plural(records, 'record')}</span>
      <Link className="link nowrap" to={paths.app(app)}>
        Open the app
      </Link>
    </div>
  );
}
