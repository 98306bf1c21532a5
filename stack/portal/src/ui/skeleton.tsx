import './states.css';

const WIDTHS = ['62%', '84%', '48%', '71%', '55%', '78%'];

/** Grey lines in the shape of what is coming. */
export function Skeleton({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} style={{ width: WIDTHS[index % WIDTHS.length] }} />
      ))}
    </div>
  );
}

export function TableSkeleton({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div className="skeleton rows" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index}>
          <span style={{ width: WIDTHS[(index * 2) % WIDTHS.length] }} />
          <span style={{ width: WIDTHS[(index + 3) % WIDTHS.length] }} />
          <span style={{ width: WIDTHS[(index + 1) % WIDTHS.length] }} />
        </div>
      ))}
    </div>
  );
}
