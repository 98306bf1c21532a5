import { useState } from 'react';
import type { RecordDetail } from '../../data/types.ts';
import { Field } from '../../ui/field.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { Input } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';

interface AsOfProps {
  readonly record: RecordDetail;
  readonly at: string | null;
  readonly onChange: (at: string | null) => void;
}

const STEPS = 500;

function localText(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** The record at any moment since it was first stored: slide, or say when. */
export function AsOf({ record, at, onChange }: AsOfProps) {
  const from = Date.parse(record.createdAt);
  const [until] = useState(() => Date.now());
  const moment = at === null ? until : Math.min(until, Math.max(from, Date.parse(at)));
  const [drag, setDrag] = useState<number | null>(null);
  const position = drag ?? Math.round(((moment - from) / Math.max(1, until - from)) * STEPS);
  const timeOf = (step: number) => new Date(from + ((until - from) * step) / STEPS);
  const settle = (step: number) => {
    setDrag(null);
    onChange(step >= STEPS ? null : timeOf(step).toISOString());
  };
  return (
    <Panel title="As of">
      <div className="as-of">
        <input
          type="range"
          min={0}
          max={STEPS}
          value={position}
          aria-label="A moment in the life of the record"
          aria-valuetext={position >= STEPS ? 'Now' : formatDateTime(timeOf(position))}
          onChange={(event) => setDrag(Number(event.target.value))}
          onPointerUp={(event) => settle(Number(event.currentTarget.value))}
          onKeyUp={(event) => settle(Number(event.currentTarget.value))}
        />
        <div className="row between faint">
          <span>First stored</span>
          <span className="num">{position >= STEPS ? 'Now' : formatDateTime(timeOf(position))}</span>
        </div>
        <Field label="Or at">
          {(ids) => (
            <Input
              {...ids}
              type="datetime-local"
              step="1"
              value={at === null ? '' : localText(new Date(at))}
              onChange={(event) =>
                onChange(event.target.value === '' ? null : new Date(event.target.value).toISOString())
              }
            />
          )}
        </Field>
      </div>
    </Panel>
  );
}
