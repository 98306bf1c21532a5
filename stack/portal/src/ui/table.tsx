import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import './table.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** CSS width. Columns without one share the rest. */
  readonly width?: string | undefined;
  readonly align?: 'end' | undefined;
  /** Left out below this width of the window. */
  readonly hide?: 'narrow' | 'medium' | undefined;
  readonly sortable?: boolean | undefined;
}

export interface Sort {
  readonly key: string;
  readonly direction: 'asc' | 'desc';
}

interface TableProps<Row> {
  /** For screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly sort?: Sort | null | undefined;
  readonly onSort?: ((sort: Sort | null) => void) | undefined;
  /** The table scrolls by itself and draws only the rows in sight. */
  readonly tall?: boolean | undefined;
  /** Called when the end comes near. */
  readonly onEnd?: (() => void) | undefined;
  readonly minWidth?: string | undefined;
}

const ROW_HEIGHT = 38;

/** Rows are opened by a click or Enter; j and k, or the arrow keys, move along them. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, rowKey, onOpen, tall = false, onEnd, minWidth } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    enabled: tall,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const first = items.at(0);
  const last = items.at(-1);
  const lastIndex = last?.index ?? -1;
  useEffect(() => {
    if (tall && rows.length > 0 && lastIndex >= rows.length - 15) onEnd?.();
  }, [tall, lastIndex, rows.length, onEnd]);
  const shown = tall
    ? items.flatMap(({ index }) => {
        const row = rows[index];
        return row === undefined ? [] : [{ row, index }];
      })
    : rows.map((row, index) => ({ row, index }));
  const above = tall ? (first?.start ?? 0) : 0;
  const below = tall && last !== undefined ? virtual.getTotalSize() - last.end : 0;
  return (
    <div className={tall ? 'table tall' : 'table'} ref={scroller}>
      <table
        aria-label={label}
        aria-rowcount={rows.length}
        style={minWidth === undefined ? undefined : { minWidth }}
      >
        <colgroup>
          {columns.map(({ key, width, hide }) => (
            <col key={key} className={hideClass(hide)} style={width === undefined ? undefined : { width }} />
          ))}
        </colgroup>
        <Head {...props} />
        <tbody onKeyDown={(event) => moveByKey(event, (index) => tall && virtual.scrollToIndex(index))}>
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {shown.map(({ row, index }) => (
            <tr
              key={rowKey(row)}
              data-index={index}
              tabIndex={onOpen === undefined ? undefined : index === 0 ? 0 : -1}
              className={onOpen === undefined ? undefined : 'openable'}
              onClick={(event) => onOpen !== undefined && openByClick(event, () => onOpen(row))}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && event.target === event.currentTarget) onOpen?.(row);
              }}
            >
              {columns.map(({ key, cell, align, hide }) => (
                <td key={key} className={`${align === 'end' ? 'end' : ''} ${hideClass(hide)}`}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
        </tbody>
      </table>
    </div>
  );
}

function Head<Row>({ columns, sort, onSort }: TableProps<Row>) {
  return (
    <thead>
      <tr>
        {columns.map(({ key, title, align, hide, sortable }) => {
          const active = sort?.key === key ? sort.direction : null;
          const className = `${align === 'end' ? 'end' : ''} ${hideClass(hide)}`;
          if (sortable !== true || onSort === undefined) {
            return (
              <th key={key} scope="col" className={className}>
                {title}
              </th>
            );
          }
          const next = active === null ? 'asc' : active === 'asc' ? 'desc' : null;
          return (
            <th
              key={key}
              scope="col"
              className={className}
              aria-sort={active === null ? 'none' : active === 'asc' ? 'ascending' : 'descending'}
            >
              <button type="button" onClick={() => onSort(next === null ? null : { key, direction: next })}>
                {title}
                {active === 'desc' ? (
                  <ArrowDown className="icon" aria-hidden />
                ) : (
                  <ArrowUp className={active === null ? 'icon idle' : 'icon'} aria-hidden />
                )}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function hideClass(hide: Column<unknown>['hide']): string {
  return hide === undefined ? '' : `hide-${hide}`;
}

/** A click on a link or a control within the row is theirs, and so is the end of a selection of text. */
function openByClick(event: MouseEvent<HTMLElement>, open: () => void): void {
  const target = event.target instanceof Element ? event.target : null;
  // Menus and dialogs of a row are elsewhere on the page, but their events come through it.
  if (target === null || !event.currentTarget.contains(target)) return;
  if (target.closest('a, button, input, label, select, dialog') !== null) return;
  if ((globalThis.getSelection()?.toString() ?? '') !== '') return;
  open();
}

function moveByKey(event: KeyboardEvent<HTMLElement>, show: (index: number) => void): void {
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  if (
    event.target instanceof Element &&
    event.target.closest('dialog, [role=menu], input, textarea') !== null
  )
    return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  const row =
    event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('tr[data-index]') : null;
  if (step === undefined || row === null) return;
  const index = Number(row.dataset['index']) + step;
  const body = event.currentTarget;
  event.preventDefault();
  show(index);
  requestAnimationFrame(() => body.querySelector<HTMLElement>(`tr[data-index="${String(index)}"]`)?.focus());
}
