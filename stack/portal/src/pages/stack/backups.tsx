import type { Health } from '../../data/types.ts';
import { StatusDot } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { formatBytes, formatDateTime } from '../../ui/format.ts';
import { Notice } from '../../ui/notice.tsx';
import { Bytes } from '../../ui/numbers.tsx';
import { Panel, Properties } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';

type Backup = NonNullable<Health['backup']>;

const WORDS: Readonly<Record<Backup['state'], { readonly tone: Tone; readonly text: string }>> = {
  starting: { tone: 'warn', text: 'starting' },
  current: { tone: 'ok', text: 'current' },
  behind: { tone: 'warn', text: 'catching up' },
  unreachable: { tone: 'bad', text: 'waiting: nothing can be stored' },
  off: { tone: 'warn', text: 'off' },
};

/** How far back the stack can be restored, and how sure that is. */
export function BackupsPanel({ health }: { readonly health: Health }) {
  const { backup } = health;
  if (backup === null) return null;
  const { lastBase, verification, problem, baseProblem, storedUntil } = backup;
  const { tone, text } = WORDS[backup.state];
  return (
    <Panel
      title="Backups"
      description={`Any moment of the last ${String(backup.days)} days can be restored.`}
    >
      <div className="stack">
        {problem !== null && <Notice tone="bad">{problem}</Notice>}
        {baseProblem !== null && <Notice tone="bad">The last base backup failed: {baseProblem}</Notice>}
        {verification?.passed === false && <Notice tone="bad">{verification.message}</Notice>}
        <Properties
          items={[
            { name: 'State', value: <StatusDot tone={tone}>{text}</StatusDot> },
            storedUntil === null ? null : { name: 'Stored until', value: <RelativeTime at={storedUntil} /> },
            { name: 'Can be restored', value: <Window window={backup.window} /> },
            {
              name: 'Last base backup',
              value:
                lastBase === null ? (
                  <span className="faint">none yet</span>
                ) : (
                  <>
                    <RelativeTime at={lastBase.at} /> · <Bytes value={lastBase.bytes} />
                  </>
                ),
            },
            {
              name: 'Last restore on trial',
              value:
                verification === null ? (
                  <span className="faint">none yet</span>
                ) : (
                  <StatusDot tone={verification.passed ? 'ok' : 'bad'}>
                    {verification.passed ? 'passed' : 'failed'} <RelativeTime at={verification.at} />
                  </StatusDot>
                ),
            },
            { name: 'Size', value: formatBytes(backup.storedBytes) },
            { name: 'Kept in', value: <code>{backup.folder}</code> },
          ]}
        />
      </div>
    </Panel>
  );
}

function Window({ window }: { readonly window: Backup['window'] }) {
  if (window.length === 0) return <span className="faint">nothing yet</span>;
  return (
    <>
      {window.map(({ from, to }) => (
        <div key={from}>
          {formatDateTime(new Date(from))} to {formatDateTime(new Date(to))}
        </div>
      ))}
    </>
  );
}
