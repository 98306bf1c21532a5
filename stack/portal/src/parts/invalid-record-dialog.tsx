import { Link } from '@tanstack/react-router';
import type { InvalidRecord } from '../data/types.ts';
import { paths } from '../paths.ts';
import { Dialog } from '../ui/dialog.tsx';
import { JsonView } from '../ui/json-view.tsx';
import { Properties } from '../ui/panel.tsx';
import { RelativeTime } from '../ui/time.tsx';

export function InvalidRecordDialog({
  record,
  onClose,
}: {
  readonly record: InvalidRecord;
  readonly onClose: () => void;
}) {
  return (
    <Dialog open wide onClose={onClose} title={record.recordId ?? 'A record without an id'}>
      <Properties
        items={[
          { name: 'Record type', value: record.recordType },
          { name: 'Set aside', value: <RelativeTime at={record.createdAt} /> },
          record.runId === null
            ? null
            : {
                name: 'By',
                value: (
                  <Link className="link" to={paths.run(record.runId)}>
                    this run
                  </Link>
                ),
              },
        ]}
      />
      <ul className="stack tight">
        {record.problems.map(({ path, problem, value }) => (
          <li key={path + problem}>
            <code>{path === '' ? 'the record' : path}</code> {problem}
            {value !== undefined && <span className="faint"> It was {JSON.stringify(value)}.</span>}
          </li>
        ))}
      </ul>
      {record.raw === null ? (
        <JsonView value={record.data} />
      ) : (
        <pre className="raw" tabIndex={0}>
          {record.raw}
        </pre>
      )}
      <span />
    </Dialog>
  );
}
