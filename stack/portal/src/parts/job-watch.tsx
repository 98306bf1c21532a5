import { useEffect } from 'react';
import { useApi } from '../data/api.ts';
import type { Job } from '../data/types.ts';
import { formatCount } from '../ui/format.ts';
import { Progress } from '../ui/progress.tsx';

const WORKING: ReadonlySet<Job['state']> = new Set(['queued', 'running']);

/** Follows work that the worker does for a person until it ends. */
export function useJob(id: string | null, onEnd: (job: Job) => void): Job | null {
  const job = useApi(
    'getJob',
    { params: { jobId: id ?? '' } },
    { enabled: id !== null, refetchInterval: id === null ? false : 700 },
  );
  const data = id === null ? null : (job.data ?? null);
  const ended = data !== null && !WORKING.has(data.state);
  useEffect(() => {
    if (ended && data !== null) onEnd(data);
    // Once per job, when it ends.
  }, [ended]);
  return data;
}

export function JobProgress({ job, text }: { readonly job: Job | null; readonly text: string }) {
  const done = job?.progress?.done ?? null;
  const total = job?.progress?.total ?? null;
  return (
    <div className="stack tight" role="status">
      <div className="row between">
        <span>{text}</span>
        {done !== null && (
          <span className="faint num">
            {formatCount(done)}
            {total !== null && ` of ${formatCount(total)}`}
          </span>
        )}
      </div>
      <Progress label={text} done={done} total={total} />
    </div>
  );
}
