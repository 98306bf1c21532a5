import { CircleStop } from 'lucide-react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Answer } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Progress } from '../../ui/progress.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { Skipped } from './again-many-dialog.tsx';

type RepeatJob = Answer<'listRepeatJobs'>['items'][number];

const WORKING: ReadonlySet<RepeatJob['state']> = new Set(['queued', 'running']);
const FAST_MILLISECONDS = 1_000;
const SLOW_MILLISECONDS = 15_000;

/** Bulk runs again and replays that are at work now; nothing when there are none. */
export function RepeatJobs({ accountId }: { readonly accountId: string }) {
  const query = useApi(
    'listRepeatJobs',
    { params: { accountId }, query: { limit: 20 } },
    { refetchInterval: SLOW_MILLISECONDS },
  );
  const isWorking = query.data?.items.some(({ state }) => WORKING.has(state)) === true;
  useApi(
    'listRepeatJobs',
    { params: { accountId }, query: { limit: 20 } },
    { enabled: isWorking, refetchInterval: isWorking ? FAST_MILLISECONDS : false },
  );
  const working = query.data?.items.filter(({ state }) => WORKING.has(state)) ?? [];
  return working.map((job) => <WorkingJob key={job.id} job={job} accountId={accountId} />);
}

function WorkingJob({ job, accountId }: { readonly job: RepeatJob; readonly accountId: string }) {
  const reason = useReason('executions.change', accountId);
  const cancel = useAction('cancelJob', { stale: ['listRepeatJobs'], done: 'Stopping it' });
  const { done, total } = job.progress ?? { done: null, total: null };
  const title = job.kind === 'replay' ? 'Replaying executions' : 'Running executions again';
  return (
    <Panel
      title={title}
      actions={
        <Button
          size="sm"
          icon={CircleStop}
          busy={cancel.isPending}
          reason={reason ?? (job.cancelRequested ? 'It is being stopped' : null)}
          onClick={() => cancel.mutate({ params: { jobId: job.id } })}
        >
          Stop
        </Button>
      }
    >
      <div className="stack tight" role="status">
        <div className="row between wrap">
          <span className="muted">
            Asked for by {job.requestedBy} <RelativeTime at={job.queuedAt} />
          </span>
          {job.again !== null && (
            <span className="num">
              {formatCount(job.again.begun)} begun, {formatCount(job.again.looked)} looked at
            </span>
          )}
        </div>
        <Progress label={title} done={done} total={total} />
        {job.again !== null && <Skipped summary={job.again} />}
      </div>
    </Panel>
  );
}
