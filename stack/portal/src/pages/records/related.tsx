import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Link2 } from 'lucide-react';
import { useApi, useApiPages } from '../../data/api.ts';
import type { Answer, RecordDetail, RecordSummary } from '../../data/types.ts';
import { recordName } from '../../parts/record-name.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { formatCapped } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TableSkeleton } from '../../ui/skeleton.tsx';
import { Segments } from '../../ui/tabs.tsx';

type Tab = Answer<'listRelatedTabs'>['items'][number];

const keyOf = ({ recordType, attribute }: Tab) => `${recordType}.${attribute}`;

/** Records that this one names, and records that name this one. */
export function Related({ record }: { readonly record: RecordDetail }) {
  const params = { connectionId: record.connectionId, recordType: record.recordType, recordId: record.id };
  const tabs = useApi('listRelatedTabs', { params });
  const search: { readonly related?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const items = tabs.data?.items ?? [];
  const chosen =
    items.find((tab) => keyOf(tab) === search.related) ??
    items.find(({ records }) => records.count > 0) ??
    items[0];
  if (items.length === 0 && record.references.length === 0) return null;
  return (
    <Panel
      title="Related records"
      flush
      actions={
        items.length > 1 &&
        chosen !== undefined && (
          <Segments
            label="Related records"
            value={keyOf(chosen)}
            choices={items.map((tab) => ({
              value: keyOf(tab),
              label: (
                <>
                  {tab.recordTypeTitle}
                  {items.some((other) => other !== tab && other.recordType === tab.recordType) &&
                    ` by ${tab.attributeTitle}`}
                  <span className="faint num">{formatCapped(tab.records)}</span>
                </>
              ),
            }))}
            onChange={(related) =>
              void navigate({
                to: '.',
                search: (before: Record<string, unknown>) => ({ ...before, related }),
                replace: true,
              })
            }
          />
        )
      }
    >
      {record.references.map(({ attribute, recordType, id, stored }) => (
        <div key={attribute} className="list-row">
          <Badge>{recordType}</Badge>
          {stored ? (
            <Link className="link grow" to={paths.record(record.connectionId, recordType, id)}>
              {id}
            </Link>
          ) : (
            <span className="grow">{id}</span>
          )}
          <span className="faint">
            {stored ? 'named by' : 'not seen yet, named by'} <code>{attribute}</code>
          </span>
        </div>
      ))}
      {chosen !== undefined && <TabRecords key={keyOf(chosen)} params={params} tab={chosen} />}
    </Panel>
  );
}

interface TabProps {
  readonly params: { readonly connectionId: string; readonly recordType: string; readonly recordId: string };
  readonly tab: Tab;
}

function TabRecords({ params, tab }: TabProps) {
  const pages = useApiPages('listRelatedRecords', {
    params: { ...params, relatedType: tab.recordType, attribute: tab.attribute },
    query: { limit: 10 },
  });
  if (pages.isPending) return <TableSkeleton rows={3} />;
  if (pages.error !== null) return <ErrorState error={pages.error} retry={() => void pages.refetch()} />;
  if (pages.items.length === 0) {
    return (
      <EmptyState icon={Link2} title={`No ${tab.recordTypeTitle} names this record`}>
        They would appear here by their attribute {tab.attributeTitle}.
      </EmptyState>
    );
  }
  return (
    <>
      {pages.items.map((record) => (
        <Link
          key={record.id}
          className="list-row"
          to={paths.record(params.connectionId, tab.recordType, record.id)}
        >
          <span className="strong nowrap">{recordName(record.data) ?? record.id}</span>
          <span className="faint truncate grow">{summaryOf(record)}</span>
          <Badge>{tab.recordTypeTitle}</Badge>
        </Link>
      ))}
      <LoadMore
        shown={pages.hasNextPage}
        busy={pages.isFetchingNextPage}
        onClick={() => void pages.fetchNextPage()}
      />
    </>
  );
}

function summaryOf({ id, data }: RecordSummary): string {
  const name = recordName(data);
  return [...(name === null ? [] : [id]), ...Object.values(data)]
    .filter((value): value is string => typeof value === 'string' && value !== name && value !== '')
    .filter((value, index, all) => all.indexOf(value) === index)
    .slice(0, 4)
    .join(' · ');
}
