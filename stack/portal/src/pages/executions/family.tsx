import { Link } from '@tanstack/react-router';
import { useApi } from '../../data/api.ts';
import type { ExecutionDetail } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Panel } from '../../ui/panel.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { STATE_TITLES, STATE_TONES } from './execution-words.ts';

const EVERY_MILLISECONDS = 5_000;

/** The execution that a family of repeats began with, and all repeats; nothing when there are none. */
export function Family({ execution: { id } }: { readonly execution: ExecutionDetail }) {
  const query = useApi(
    'listRepeats',
    { params: { executionId: id } },
    { refetchInterval: EVERY_MILLISECONDS },
  );
  const all = query.data?.items ?? [];
  if (all.length < 2) return null;
  return (
    <Panel title="The first, and its repeats">
      <Timeline
        moments={all.map((one) => ({
          key: one.id,
          tone: STATE_TONES[one.state],
          title:
            one.id === id ? (
              <strong>This one</strong>
            ) : (
              <Link to={paths.execution(one.id)}>{STATE_TITLES[one.state]}</Link>
            ),
          at: <RelativeTime at={one.queuedAt} />,
          body: (
            <span className="faint">
              Version {one.version}
              {one.againOf !== null &&
                (one.againFrom === null ? ', from the start' : `, from ${one.againFrom}`)}
              {one.startedBy !== null && `, by ${one.startedBy}`}
            </span>
          ),
        }))}
      />
    </Panel>
  );
}
