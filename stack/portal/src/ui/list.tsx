import type { ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { LoadMore } from './load-more.tsx';
import { TableSkeleton } from './skeleton.tsx';
import { Table } from './table.tsx';
import type { Column } from './table.tsx';

interface Pages<Row> {
  readonly items: readonly Row[];
  readonly error: unknown;
  readonly isPending: boolean;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
  readonly refetch: () => unknown;
}

interface ListProps<Row> {
  readonly label: string;
  readonly pages: Pages<Row>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly empty: ReactNode;
}

/** A paged list as a table, in all its states. */
export function List<Row>({ label, pages, columns, rowKey, onOpen, empty }: ListProps<Row>) {
  if (pages.isPending) return <TableSkeleton />;
  if (pages.error !== null && pages.items.length === 0) {
    return (
      <div className="panel-body">
        <ErrorState error={pages.error} retry={() => void pages.refetch()} />
      </div>
    );
  }
  if (pages.items.length === 0) return empty;
  return (
    <>
      <Table label={label} columns={columns} rows={pages.items} rowKey={rowKey} onOpen={onOpen} />
      <LoadMore
        shown={pages.hasNextPage}
        busy={pages.isFetchingNextPage}
        onClick={() => void pages.fetchNextPage()}
      />
    </>
  );
}
