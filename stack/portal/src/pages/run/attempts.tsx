import { useApi } from '../../data/api.ts';
import { isOpen } from '../../data/live.ts';
import type { Invocation, SyncRun } from '../../data/types.ts';
import type { Tone } from '../../ui/badge.tsx';
import { formatBytes, formatCount, formatMilliseconds, plural, words } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { RelativeTime } from '../../ui/time.tsx';

const TONES: Readonly<Record<NonNullable<Invocation['outcome']>, Tone>> = {
  ok: 'ok',
  user_error: 'bad',
  developer_error: 'bad',
  platform_error: 'bad',
  restarted: 'warn',
  cancelled: 'idle',
};

/** Each attempt is one invocation of the function; a later one goes on from the last progress. */
export function Attempts({ run }: { readonly run: SyncRun }) {
  const query = useApi(
    'listSyncRunInvocations',
    { params: { runId: run.id } },
    { refetchInterval: isOpen(run) ? 2000 : false },
  );
  return (
    <Panel title="Attempts">
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint">None has begun yet.</p>
          ) : (
            <Timeline moments={items.map((invocation) => momentOf(invocation))} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function momentOf(invocation: Invocation) {
  const { id, attempt, outcome, startedAt, error, start, messages, appliedMessages, appliedRecords, bytes } =
    invocation;
  return {
    key: id,
    tone: outcome === null ? ('live' as const) : TONES[outcome],
    title: (
      <span className="strong">
        {attempt}. {outcome === null ? 'Running' : words(outcome)}
      </span>
    ),
    at: <RelativeTime at={startedAt} />,
    body: (
      <div className="attempt">
        <span>
          {invocation.functionKey} {invocation.version}
          {invocation.durationMilliseconds !== null &&
            ` · ${formatMilliseconds(invocation.durationMilliseconds)}`}
          {start !== null && ` · ${start} start`}
        </span>
        <span className="num">
          {plural(appliedRecords, 'record')} · {formatCount(appliedMessages)}
          {messages === null ? '' : ` of ${formatCount(messages)}`} messages · {formatBytes(bytes)}
        </span>
        {error !== null && <span className="attempt-error">{error.message}</span>}
      </div>
    ),
  };
}
