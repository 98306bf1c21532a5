import type { AttributeType } from '@middle/core/attribute.ts';
import { formatDateTime, formatNumber } from './format.ts';

/** One value of a record. Null is a value, so it is shown; an empty text is shown as such. */
export function ValueView({
  value,
  type,
}: {
  readonly value: unknown;
  readonly type?: AttributeType | undefined;
}) {
  if (value === null) return <span className="faint">null</span>;
  if (value === '') return <span className="faint">empty text</span>;
  if (typeof value === 'boolean') return <span>{value ? 'Yes' : 'No'}</span>;
  if (typeof value === 'number') return <span className="num">{formatNumber(value)}</span>;
  if (Array.isArray(value))
    return <span className="faint">{value.length === 1 ? '1 item' : `${String(value.length)} items`}</span>;
  if (typeof value === 'string') {
    if (type === 'iso_datetime' && !Number.isNaN(Date.parse(value))) {
      return (
        <time dateTime={value} title={value} className="num">
          {formatDateTime(new Date(value))}
        </time>
      );
    }
    if (type === 'iso_date') return <span className="num">{value}</span>;
    return <span>{value}</span>;
  }
  return <code>{JSON.stringify(value)}</code>;
}
