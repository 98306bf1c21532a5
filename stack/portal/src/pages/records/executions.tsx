import { Link } from '@tanstack/react-router';
import { useApi } from '../../data/api.ts';
import type { Connection, RecordDetail } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Panel } from '../../ui/panel.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { STATE_TITLES, STATE_TONES } from '../executions/execution-words.ts';

const SHOWN = 8;

/** The executions that this record set off last; nothing when there are none. */
export function RecordExecutions({
  connection,
  record,
}: {
  readonly connection: Connection;
  readonly record: RecordDetail;
}) {
  const { data } = useApi('listExecutions', {
    params: { accountId: connection.account.id },
    query: {
      connectionId: connection.id,
      recordType: record.recordType,
      recordId: record.id,
      limit: SHOWN,
    },
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Panel title="Executions it set off">
      <Timeline
        moments={data.items.map(({ id, workflowName, state, queuedAt, error }) => ({
          key: id,
          tone: STATE_TONES[state],
          title: <Link to={paths.execution(id)}>{workflowName}</Link>,
          at: <RelativeTime at={queuedAt} />,
          body: <span className="faint">{error?.message ?? STATE_TITLES[state]}</span>,
        }))}
      />
    </Panel>
  );
}
