import { Hammer, SearchCheck } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { markStale, useAction, useApi } from '../../data/api.ts';
import type { Answer, Job } from '../../data/types.ts';
import { JobProgress, useJob } from '../../parts/job-watch.tsx';
import { StatusDot } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { formatCount, formatMilliseconds, plural } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Count } from '../../ui/numbers.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';

type Index = Answer<'getSearchIndex'>;

/** The index is a copy: it can be compared with the primary data, repaired, or made anew, while the stack serves. */
export function SearchIndexPanel() {
  const query = useApi('getSearchIndex', undefined, { refetchInterval: 5000 });
  const reason = useReason('search_index.change');
  const [work, setWork] = useState<{ readonly id: string; readonly text: string } | null>(null);
  const rebuild = useAction('rebuildSearchIndex', {
    onDone: ({ id }) => setWork({ id, text: 'Rebuilding' }),
  });
  const check = useAction('checkSearchIndex', { onDone: ({ id }) => setWork({ id, text: 'Checking' }) });
  const job = useJob(work?.id ?? null, (ended) => {
    setWork(null);
    markStale(['getSearchIndex']);
    if (ended.state === 'succeeded') toast(`${work?.text ?? 'Work'} the search index: done`);
    else toast(ended.error?.message ?? `It was ${ended.state}`, { tone: 'bad' });
  });
  const busy = work !== null;
  return (
    <Panel
      title="Search index"
      flush
      description="A copy of the records, rebuilt from them at any time while the stack serves."
      actions={
        <>
          <Button
            size="sm"
            icon={SearchCheck}
            busy={busy}
            reason={reason}
            onClick={() => check.mutate({ body: {} })}
          >
            Check and repair
          </Button>
          <Button
            size="sm"
            icon={Hammer}
            busy={busy}
            reason={reason}
            onClick={() => rebuild.mutate({ body: {} })}
          >
            Rebuild
          </Button>
        </>
      }
    >
      {work !== null && (
        <div className="panel-body">
          <JobProgress job={job} text={work.text} />
        </div>
      )}
      <Loaded query={query}>{(index) => <IndexBody index={index} />}</Loaded>
    </Panel>
  );
}

function IndexBody({ index }: { readonly index: Index }) {
  const { behindSeconds, waitingBatches, recordSets, lastRebuild, lastCheck } = index;
  return (
    <>
      <div className="list-row">
        <StatusDot tone={behindSeconds === null || behindSeconds < 2 ? 'ok' : 'warn'}>
          {behindSeconds === null
            ? 'Up to date'
            : `${formatMilliseconds(behindSeconds * 1000)} behind, ${plural(waitingBatches, 'batch', 'batches')} waiting`}
        </StatusDot>
        <span className="faint grow index-jobs">
          <JobWords name="checked" job={lastCheck} /> · <JobWords name="rebuilt" job={lastRebuild} />
        </span>
        <span className="faint num">
          {formatCount(recordSets.reduce((sum, { indexed }) => sum + indexed, 0))} records
        </span>
      </div>
      {recordSets.length > 0 && (
        <Table
          label="Indexed record types"
          rows={recordSets}
          rowKey={({ id }) => String(id)}
          columns={[
            { key: 'type', title: 'Record type', cell: ({ recordType }) => recordType },
            {
              key: 'connection',
              title: 'Connection',
              cell: ({ connectionName }) => <span className="muted">{connectionName}</span>,
            },
            {
              key: 'indexed',
              title: 'Indexed',
              width: '8rem',
              align: 'end',
              cell: ({ indexed }) => <Count value={indexed} />,
            },
          ]}
        />
      )}
    </>
  );
}

function JobWords({ name, job }: { readonly name: string; readonly job: Job | null }) {
  return job === null ? (
    <>never {name}</>
  ) : (
    <>
      {name} <RelativeTime at={job.endedAt ?? job.queuedAt} />
      {job.state === 'failed' && ', failed'}
    </>
  );
}
