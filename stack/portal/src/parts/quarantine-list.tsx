import { useNavigate, useSearch } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../data/access.ts';
import { call, markStale, queryClient, useApiPages } from '../data/api.ts';
import type { InvalidRecord } from '../data/types.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { plural, words } from '../ui/format.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { Panel } from '../ui/panel.tsx';
import { TableSkeleton } from '../ui/skeleton.tsx';
import { Segments } from '../ui/tabs.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { toast } from '../ui/toast.tsx';
import { InvalidRecordDialog } from './invalid-record-dialog.tsx';
import './quarantine.css';

const STATES = ['open', 'reprocessed', 'dismissed'] as const;
type State = (typeof STATES)[number];
/** How long a dismissal can be taken back: it is sent when this has passed. */
const UNDO_MILLISECONDS = 5000;

interface Where {
  readonly accountId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly runId?: string | undefined;
}

/** Invalid records, those with the same problem together. */
export function QuarantineList(where: Where) {
  const search: { readonly state?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const state: State = STATES.find((each) => each === search.state) ?? 'open';
  const [opened, setOpened] = useState<InvalidRecord | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const pages = useApiPages('listInvalidRecords', {
    query: {
      state,
      limit: 100,
      ...(where.accountId !== undefined && { accountId: where.accountId }),
      ...(where.connectionId !== undefined && { connectionId: where.connectionId }),
      ...(where.runId !== undefined && { runId: where.runId }),
    },
  });
  const items = pages.items.filter(({ id }) => !hidden.has(id));
  const dismiss = (record: InvalidRecord) => {
    setHidden(new Set([...hidden, record.id]));
    dismissLater(record, () => setHidden(new Set([...hidden].filter((id) => id !== record.id))));
  };
  return (
    <>
      <div className="toolbar">
        <Segments
          label="State"
          value={state}
          choices={STATES.map((value) => ({ value, label: words(value) }))}
          onChange={(value) =>
            void navigate({ to: '.', search: value === 'open' ? {} : { state: value }, replace: true })
          }
        />
      </div>
      {pages.isPending ? (
        <Panel flush>
          <TableSkeleton />
        </Panel>
      ) : pages.error !== null ? (
        <ErrorState error={pages.error} retry={() => void pages.refetch()} />
      ) : items.length === 0 ? (
        <Panel>
          <EmptyState
            icon={ShieldCheck}
            title={state === 'open' ? 'Nothing is set aside' : `None is ${state}`}
          >
            {state === 'open' && 'Every record that arrived fits its record type.'}
          </EmptyState>
        </Panel>
      ) : (
        groupsOf(items).map((group) => (
          <Group
            key={group.key}
            group={group}
            onOpen={setOpened}
            onDismiss={dismiss}
            accountId={where.accountId}
          />
        ))
      )}
      <LoadMore
        shown={pages.hasNextPage}
        busy={pages.isFetchingNextPage}
        onClick={() => void pages.fetchNextPage()}
      />
      {opened !== null && <InvalidRecordDialog record={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

function dismissLater(record: InvalidRecord, undo: () => void): void {
  const timer = setTimeout(() => {
    call('dismissInvalidRecord', { params: { invalidRecordId: record.id } })
      .catch((error: unknown) => {
        undo();
        toast(error instanceof Error ? error.message : 'It could not be dismissed.', { tone: 'bad' });
      })
      .finally(() => markStale(['listInvalidRecords', 'getAccount', 'listAccounts', 'listRecordSets']));
  }, UNDO_MILLISECONDS);
  toast(`Dismissed ${record.recordId ?? 'a record'}`, {
    milliseconds: UNDO_MILLISECONDS,
    action: {
      label: 'Undo',
      run: () => {
        clearTimeout(timer);
        undo();
        void queryClient.invalidateQueries({ queryKey: ['listInvalidRecords'] });
      },
    },
  });
}

interface ProblemGroup {
  readonly key: string;
  readonly recordType: string;
  readonly path: string;
  readonly problem: string;
  readonly items: readonly InvalidRecord[];
}

function groupsOf(items: readonly InvalidRecord[]): readonly ProblemGroup[] {
  const groups = new Map<string, InvalidRecord[]>();
  for (const item of items) {
    const problem = item.problems[0];
    const key = JSON.stringify([
      item.connectionId,
      item.recordType,
      problem?.path ?? '',
      problem?.problem ?? '',
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups].map(([key, group]) => ({
    key,
    recordType: group[0]?.recordType ?? '',
    path: group[0]?.problems[0]?.path ?? '',
    problem: group[0]?.problems[0]?.problem ?? 'It could not be read.',
    items: group,
  }));
}

interface GroupProps {
  readonly group: ProblemGroup;
  readonly accountId: string | undefined;
  readonly onOpen: (record: InvalidRecord) => void;
  readonly onDismiss: (record: InvalidRecord) => void;
}

const SHOWN = 5;

function Group({ group, onOpen, onDismiss, accountId }: GroupProps) {
  const [all, setAll] = useState(false);
  const reason = useReason('invalid_records.change', accountId);
  const shown = all ? group.items : group.items.slice(0, SHOWN);
  return (
    <Panel
      flush
      title={
        <span className="row wrap">
          <Badge tone="warn">{group.recordType}</Badge>
          {group.path !== '' && <code>{group.path}</code>}
          <span className="problem">{group.problem}</span>
        </span>
      }
      actions={<span className="faint nowrap">{plural(group.items.length, 'record')}</span>}
    >
      {shown.map((record) => (
        <div key={record.id} className="list-row">
          <button type="button" className="invalid-open grow" onClick={() => onOpen(record)}>
            <span className="strong truncate">{record.recordId ?? 'without an id'}</span>
            <code className="faint truncate">{valueText(record)}</code>
          </button>
          <span className="faint invalid-when">
            <RelativeTime at={record.createdAt} />
          </span>
          {record.state === 'open' && (
            <Button size="sm" reason={reason} onClick={() => onDismiss(record)}>
              Dismiss
            </Button>
          )}
        </div>
      ))}
      <LoadMore shown={!all && group.items.length > SHOWN} busy={false} onClick={() => setAll(true)} />
    </Panel>
  );
}

function valueText(record: InvalidRecord): string {
  const problem = record.problems[0];
  if (problem === undefined || !('value' in problem) || problem.value === undefined)
    return record.raw?.slice(0, 80) ?? '';
  return JSON.stringify(problem.value).slice(0, 120);
}
