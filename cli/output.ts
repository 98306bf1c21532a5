import { styleText } from 'node:util';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null | undefined;
  readonly align?: 'left' | 'right';
}

/** Rows as aligned text; numbers to the right unless told otherwise. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) => columns.map((column) => text(column.value(row))));
  const widths = columns.map(({ title }, at) =>
    Math.max(width(title), ...cells.map((row) => width(row[at] ?? ''))),
  );
  const line = (values: readonly string[]): string =>
    values
      .map((value, at) => {
        const padding = ' '.repeat((widths[at] ?? 0) - width(value));
        return columns[at]?.align === 'right' ? padding + value : value + padding;
      })
      .join('  ')
      .trimEnd();
  return [faint(line(columns.map(({ title }) => title))), ...cells.map(line)].join('\n');
}

function text(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value).replaceAll(/[\r\n\t]+/g, ' ');
}

/** Of what a terminal shows: without colours. */
function width(value: string): number {
  // oxlint-disable-next-line no-control-regex
  return value.replaceAll(/\u001B\[\d+m/g, '').length;
}

/** styleText looks at NO_COLOR and at whether the stream is a terminal. */
const styled = (style: Parameters<typeof styleText>[0], value: string): string =>
  styleText(style, value, { stream: process.stdout });
export const faint = (value: string): string => styled('dim', value);
export const strong = (value: string): string => styled('bold', value);
export const good = (value: string): string => styled('green', value);
export const bad = (value: string): string => styled('red', value);
export const careful = (value: string): string => styled('yellow', value);

export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${milliseconds.toFixed(0)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 60) return pair(minutes, 'min', Math.floor((milliseconds % 60_000) / 1_000), 's');
  return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MB`;
}

/** A count that the API stopped counting at some point reads as `10,000+`. */
export function counted({ count, exact }: { readonly count: number; readonly exact: boolean }): string {
  return `${count.toLocaleString('en')}${exact ? '' : '+'}`;
}
