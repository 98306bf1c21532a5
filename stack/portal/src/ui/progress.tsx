import './progress.css';

interface ProgressProps {
  readonly label: string;
  readonly done: number | null;
  readonly total: number | null;
}

/** A share when the total is known, else just a sign of life. */
export function Progress({ label, done, total }: ProgressProps) {
  const known = total !== null && total > 0 && done !== null;
  const share = known ? Math.min(1, done / total) : 0;
  return (
    <div
      className={known ? 'progress' : 'progress unknown'}
      role="progressbar"
      aria-label={label}
      {...(known
        ? { 'aria-valuenow': Math.round(share * 100), 'aria-valuemin': 0, 'aria-valuemax': 100 }
        : {})}
    >
      <span style={known ? { transform: `scaleX(${String(share)})` } : undefined} />
    </div>
  );
}

export interface Part {
  readonly name: string;
  readonly value: number;
  readonly tone: 'ok' | 'live' | 'warn' | 'bad' | 'idle';
}

/** Parts of a whole as one bar, with a legend in words. */
export function PartsBar({ parts, label }: { readonly parts: readonly Part[]; readonly label: string }) {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  const present = parts.filter(({ value }) => value > 0);
  return (
    <div
      className="parts-bar"
      role="img"
      aria-label={`${label}: ${present.map(({ name, value }) => `${name} ${String(value)}`).join(', ')}`}
    >
      {present.map(({ name, value, tone }) => (
        <span key={name} className={tone} style={{ flexGrow: value / total }} />
      ))}
    </div>
  );
}
