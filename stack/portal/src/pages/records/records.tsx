import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Columns3, SearchX, Table2 } from 'lucide-react';
import { useCallback } from 'react';
import { useApi, useApiPages } from '../../data/api.ts';
import { useOpenRuns } from '../../parts/live-runs.tsx';
import { isStrings, useRemembered } from '../../data/remember.ts';
import type { Connection, RecordSet, RecordSummary } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { formatCapped } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Menu, MenuCheck, MenuLabel } from '../../ui/menu.tsx';
import { Page } from '../../ui/page.tsx';
import { TableSkeleton } from '../../ui/skeleton.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { ValueView } from '../../ui/value-view.tsx';
import './records.css';
import { RecordToolbar } from './toolbar.tsx';
import { filterText, useRecordSearch } from './use-record-search.ts';

export function useRecordSet() {
  const params: { readonly connection?: string; readonly recordType?: string } = useParams({ strict: false });
  const connectionId = params.connection ?? '';
  const connection = useApi('getConnection', { params: { connectionId } });
  const sets = useApi('listRecordSets', { params: { connectionId } });
  const set = sets.data?.items.find(({ recordType }) => recordType.key === params.recordType);
  return { connectionId, recordType: params.recordType ?? '', connection, sets, set };
}

export function RecordsPage() {
  const { connection, sets, set, recordType } = useRecordSet();
  return (
    <Loaded query={connection} skeleton={<Page title="Records">{null}</Page>}>
      {(found) => (
        <Loaded query={sets} skeleton={<Page title="Records">{null}</Page>}>
          {({ items }) =>
            set === undefined ? (
              <Page title="Records" crumbs={[{ label: found.name, to: paths.connection(found.id) }]}>
                <EmptyState icon={Table2} title={`This connection has no record type ${recordType}`}>
                  Its app version declares {items.map((each) => each.recordType.key).join(', ') || 'none'}.
                </EmptyState>
              </Page>
            ) : (
              <Records key={set.id} connection={found} set={set} all={items} />
            )
          }
        </Loaded>
      )}
    </Loaded>
  );
}

interface RecordsProps {
  readonly connection: Connection;
  readonly set: RecordSet;
  readonly all: readonly RecordSet[];
}

function Records({ connection, set, all }: RecordsProps) {
  const [search, setSearch] = useRecordSearch();
  const navigate = useNavigate();
  const { key, title, description } = set.recordType;
  const columns = useColumns(connection, set);
  const filters = search.filters.map((filter) => filterText(filter));
  const running =
    useOpenRuns((run) => run.connection.id === connection.id && run.recordType === key).length > 0;
  const pages = useApiPages(
    'listRecords',
    {
      params: { connectionId: connection.id, recordType: key },
      query: {
        limit: 100,
        ...(search.text !== '' && { text: search.text }),
        ...(filters.length > 0 && { filter: filters }),
        ...(search.sort !== null && { sort: `${search.sort.key}:${search.sort.direction}` }),
        ...(search.deleted !== 'exclude' && { deleted: search.deleted }),
      },
    },
    { refetchInterval: running ? 3000 : false },
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const narrowed = search.text !== '' || filters.length > 0 || search.deleted === 'only';
  return (
    <Page
      full
      title={title}
      crumbs={[
        { label: connection.account.name, to: paths.account(connection.account.key) },
        { label: connection.name, to: paths.connection(connection.id) },
      ]}
      description={description}
    >
      <RecordToolbar
        connection={connection}
        set={set}
        all={all}
        search={search}
        onChange={setSearch}
        total={pages.first === undefined ? null : formatCapped(pages.first.total)}
        columnMenu={<ColumnMenu set={set} shown={columns.shown} onChange={columns.choose} />}
      />
      <div className="records-frame">
        {pages.isPending ? (
          <TableSkeleton rows={14} />
        ) : pages.error !== null && pages.items.length === 0 ? (
          <ErrorState error={pages.error} retry={() => void pages.refetch()} />
        ) : pages.items.length === 0 ? (
          <NoRecords
            narrowed={narrowed}
            connection={connection}
            onClear={() => setSearch({ text: '', filters: [], deleted: 'exclude' })}
          />
        ) : (
          <Table
            tall
            label={title}
            columns={columns.columns}
            rows={pages.items}
            rowKey={({ id }) => id}
            onOpen={({ id }) => void navigate({ to: paths.record(connection.id, key, id) })}
            sort={search.sort}
            onSort={(sort) => setSearch({ sort })}
            onEnd={more}
            minWidth={`${String(columns.columns.length * 8)}rem`}
          />
        )}
      </div>
    </Page>
  );
}

function NoRecords({
  narrowed,
  connection,
  onClear,
}: {
  narrowed: boolean;
  connection: Connection;
  onClear: () => void;
}) {
  return narrowed ? (
    <EmptyState
      icon={SearchX}
      title="No record matches"
      action={<Button onClick={onClear}>Clear search and filters</Button>}
    >
      All words and all filters must hold. A search finds whole words and the beginning of the last; the
      filter “contains” finds a part of one.
    </EmptyState>
  ) : (
    <EmptyState
      icon={Table2}
      title="No records yet"
      action={
        <Link className="button plain md" to={paths.connection(connection.id)}>
          Go to its syncs
        </Link>
      }
    >
      Turn on a sync of this record type or run one now; records appear here while it runs.
    </EmptyState>
  );
}

/** How many attributes are shown until a person chooses. */
const DEFAULT_COLUMNS = 7;

function useColumns(connection: Connection, set: RecordSet) {
  const { attributes } = set.recordType;
  const plain = attributes.filter(({ type }) => type !== 'array').map(({ key }) => key);
  const [shown, choose] = useRemembered(
    `columns.${connection.app.key}.${set.recordType.key}`,
    plain.slice(0, DEFAULT_COLUMNS),
    isStrings,
  );
  const chosen = attributes.filter(({ key, type }) => type === 'primary_id' || shown.includes(key));
  const columns: Column<RecordSummary>[] = chosen.map(({ key, title, type }) => ({
    key,
    title,
    sortable: type !== 'array',
    align: type === 'number' ? 'end' : undefined,
    cell: ({ id, data, deletedAt }) =>
      type === 'primary_id' ? (
        <span className="cell-main">
          <Link to={paths.record(connection.id, set.recordType.key, id)}>{id}</Link>
          {deletedAt !== null && <Badge tone="warn">Deleted</Badge>}
        </span>
      ) : (
        <ValueView value={data[key] ?? null} type={type} />
      ),
  }));
  columns.push({
    key: 'updatedAt',
    title: 'Updated',
    width: '7rem',
    align: 'end',
    cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
  });
  return { columns, shown, choose };
}

interface ColumnMenuProps {
  readonly set: RecordSet;
  readonly shown: readonly string[];
  readonly onChange: (shown: string[]) => void;
}

function ColumnMenu({ set, shown, onChange }: ColumnMenuProps) {
  return (
    <Menu trigger={<Button icon={Columns3}>Columns</Button>}>
      <MenuLabel>Shown attributes</MenuLabel>
      {set.recordType.attributes
        .filter(({ type }) => type !== 'primary_id')
        .map(({ key, title }) => (
          <MenuCheck
            key={key}
            checked={shown.includes(key)}
            onChange={(checked) => onChange(checked ? [...shown, key] : shown.filter((each) => each !== key))}
          >
            {title}
          </MenuCheck>
        ))}
    </Menu>
  );
}
