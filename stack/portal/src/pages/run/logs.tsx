import { ScrollText, Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useApiPages } from '../../data/api.ts';
import { isOpen } from '../../data/live.ts';
import type { Answer, SyncRun } from '../../data/types.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Input } from '../../ui/input.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

type Line = Answer<'listSyncRunLogs'>['items'][number];
/** The last lines are stored a little after the end of the run. */
const LATE_LINES_MILLISECONDS = 10_000;
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** What the functions printed; while the run is open, new lines come in at the end. */
export function RunLogs({ run }: { readonly run: SyncRun }) {
  const [text, setText] = useState('');
  const [follow, setFollow] = useState(true);
  const open = isOpen(run);
  const [complete, setComplete] = useState(false);
  const pages = useApiPages(
    'listSyncRunLogs',
    { params: { runId: run.id }, query: { limit: 500, ...(text !== '' && { text }) } },
    { refetchInterval: complete ? false : 1000 },
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = pages;
  useEffect(() => {
    if (open && follow && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [open, follow, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useEffect(() => {
    if (open) return;
    const done = setTimeout(() => setComplete(true), LATE_LINES_MILLISECONDS);
    return () => clearTimeout(done);
  }, [open]);
  return (
    <Panel
      title="Log"
      flush
      actions={
        <>
          {open && <Checkbox label="Follow" checked={follow} onChange={setFollow} />}
          <span className="search-box log-search">
            <Search className="icon" aria-hidden />
            <Input
              type="search"
              aria-label="Only lines that contain"
              placeholder="Filter"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </span>
        </>
      }
    >
      {pages.isPending ? (
        <div className="panel-body">
          <Skeleton lines={3} />
        </div>
      ) : pages.error !== null && pages.items.length === 0 ? (
        <div className="panel-body">
          <ErrorState error={pages.error} retry={() => void refetch()} />
        </div>
      ) : pages.items.length === 0 ? (
        <EmptyState icon={ScrollText} title={text === '' ? 'Nothing was printed' : 'No line contains that'}>
          {text === '' &&
            'Lines that the functions print with console.log appear here. They are kept for 30 days.'}
        </EmptyState>
      ) : (
        <Lines lines={pages.items} follow={open && follow} />
      )}
      <LoadMore shown={hasNextPage && !open} busy={isFetchingNextPage} onClick={() => void fetchNextPage()} />
    </Panel>
  );
}

function Lines({ lines, follow }: { readonly lines: readonly Line[]; readonly follow: boolean }) {
  const ref = useRef<HTMLDivElement>(null);
  const count = lines.length;
  useEffect(() => {
    if (follow) ref.current?.scrollTo({ top: ref.current.scrollHeight });
  }, [count, follow]);
  return (
    <div ref={ref} className="log" tabIndex={0} role="log" aria-label="Log of the run">
      {lines.map((line, index) => (
        <div key={index} className={`log-line ${line.level}`}>
          <time dateTime={line.at} title={line.at}>
            {CLOCK.format(new Date(line.at))}
          </time>
          <span>
            {line.level !== 'info' && <span className="log-level">{line.level}</span>}
            {line.text}
          </span>
        </div>
      ))}
    </div>
  );
}
