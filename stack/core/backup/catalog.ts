import { segmentStart } from './lsn.ts';
import type { Lsn } from './lsn.ts';

/**
 * What an archive of backups holds, and what follows from it. Two sorts of things are stored:
 *
 *   base backups  a copy of all files of the database, taken while it works
 *   pieces        what the database wrote to its log since, in pieces that follow each other without a gap
 *
 * A base backup with every piece from its start to some moment restores that moment. Nothing here reads or writes.
 */
export interface Piece {
  readonly timeline: number;
  readonly start: Lsn;
  /** Of the first byte after it; within the same segment. */
  readonly end: Lsn;
  /** When its last byte was received. What was committed before is in it or in one before it. */
  readonly at: Date;
}

export interface Base {
  readonly id: string;
  readonly timeline: number;
  readonly startLsn: Lsn;
  /** What was written until here must be replayed before the copy is consistent. */
  readonly endLsn: Lsn;
  readonly endedAt: Date;
  readonly segmentBytes: number;
}

export interface Catalog<B extends Base = Base, P extends Piece = Piece> {
  readonly bases: readonly B[];
  readonly pieces: readonly P[];
}

/** Moments that can be restored, both included. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** Clocks of a commit and of its receipt differ by a moment: pieces a little later than the target are replayed too. */
const LATE_MILLISECONDS = 10_000;

/**
 * The pieces that follow each other from a place on, until the first gap. Of pieces that begin alike the longest counts:
 * when pieces were merged, both are there for a moment.
 */
export function chainFrom<P extends Piece>(pieces: readonly P[], timeline: number, from: Lsn): readonly P[] {
  const sorted = pieces
    .filter((piece) => piece.timeline === timeline && piece.end > from)
    .toSorted((one, other) => order(one.start, other.start) || order(other.end, one.end));
  const chain: P[] = [];
  let reached = from;
  for (const piece of sorted) {
    if (piece.end <= reached) continue;
    if (piece.start > reached) break;
    chain.push(piece);
    reached = piece.end;
  }
  return chain;
}

/** The pieces that a base backup can be brought forward with; null when it lacks what makes it consistent. */
export function chainOf<P extends Piece>(base: Base, pieces: readonly P[]): readonly P[] | null {
  const chain = chainFrom(pieces, base.timeline, segmentStart(base.startLsn, base.segmentBytes));
  const end = chain.at(-1)?.end;
  return end !== undefined && end >= base.endLsn ? chain : null;
}

/** What each base backup restores; without those that restore nothing. Oldest first. */
export function spansOf<B extends Base>({
  bases,
  pieces,
}: Catalog<B>): readonly { readonly base: B; readonly span: Span }[] {
  const runs = runsOf(pieces);
  return bases
    .toSorted((one, other) => one.endedAt.getTime() - other.endedAt.getTime())
    .flatMap((base) => {
      const from = segmentStart(base.startLsn, base.segmentBytes);
      const run = runs.find(
        ({ timeline, start, end }) => timeline === base.timeline && start <= from && end >= base.endLsn,
      );
      if (run === undefined) return [];
      const to = run.at > base.endedAt ? run.at : base.endedAt;
      return [{ base, span: { from: base.endedAt, to } }];
    });
}

/** Pieces without a gap between them, as one. */
function runsOf(pieces: readonly Piece[]): readonly Piece[] {
  const sorted = pieces.toSorted(
    (one, other) =>
      one.timeline - other.timeline || order(one.start, other.start) || order(other.end, one.end),
  );
  const runs: Piece[] = [];
  for (const piece of sorted) {
    const run = runs.at(-1);
    if (run === undefined || run.timeline !== piece.timeline || piece.start > run.end) runs.push(piece);
    else if (piece.end > run.end) runs[runs.length - 1] = { ...run, end: piece.end, at: piece.at };
  }
  return runs;
}

/** The moments that can be restored, oldest first; more than one span where there is a gap. */
export function windowOf(catalog: Catalog): readonly Span[] {
  const joined: Span[] = [];
  for (const { span } of spansOf(catalog)) {
    const before = joined.at(-1);
    if (before === undefined || span.from > before.to) joined.push(span);
    else if (span.to > before.to) joined[joined.length - 1] = { from: before.from, to: span.to };
  }
  return joined;
}

export interface RestorePlan<B extends Base, P extends Piece> {
  readonly base: B;
  readonly pieces: readonly P[];
}

/** How to restore a moment: the latest base backup before it, and what to replay. Null: it can't be restored. */
export function planRestore<B extends Base, P extends Piece>(
  catalog: Catalog<B, P>,
  moment: Date | 'latest',
): RestorePlan<B, P> | null {
  const fitting = spansOf(catalog).filter(
    ({ span }) => moment === 'latest' || (span.from <= moment && moment <= span.to),
  );
  const base = fitting.at(-1)?.base;
  const chain = base === undefined ? null : chainOf(base, catalog.pieces);
  if (base === undefined || chain === null) return null;
  if (moment === 'latest') return { base, pieces: chain };
  const enough = chain.findIndex(
    ({ at, end }) => end >= base.endLsn && at.getTime() > moment.getTime() + LATE_MILLISECONDS,
  );
  return { base, pieces: enough === -1 ? chain : chain.slice(0, enough + 1) };
}

/**
 * What may go: nothing that a moment of the window, the last `windowMilliseconds` before now, is restored with. The
 * newest base backup that is older than the window stays, since its first moments need it.
 */
export function expired<B extends Base, P extends Piece>(
  catalog: Catalog<B, P>,
  now: Date,
  windowMilliseconds: number,
): { readonly bases: readonly B[]; readonly pieces: readonly P[] } {
  const begin = now.getTime() - windowMilliseconds;
  const kept = spansOf(catalog).findLast(({ base }) => base.endedAt.getTime() <= begin)?.base;
  if (kept === undefined) return { bases: [], pieces: [] };
  const needed = segmentStart(kept.startLsn, kept.segmentBytes);
  return {
    // A base backup that began before, but takes the log from the same place, costs nothing to judge by its end.
    bases: catalog.bases.filter(({ endedAt }) => endedAt < kept.endedAt),
    pieces: catalog.pieces.filter(
      ({ timeline, end }) => timeline < kept.timeline || (timeline === kept.timeline && end <= needed),
    ),
  };
}

/** So many pieces of one segment before some are made one. */
const PIECES_MOST = 32;

/**
 * Pieces of one segment to be made one, in their order; none while there are few. Only the last ones that are small
 * against each other: so each byte is written again a few times at the most, however slowly a segment fills.
 */
export function mergeable<P extends Piece>(segment: readonly P[]): readonly P[] {
  if (segment.length < PIECES_MOST) return [];
  let length = 0n;
  let from = segment.length;
  while (from > 0) {
    const piece = segment[from - 1];
    if (piece === undefined) break;
    const own = piece.end - piece.start;
    if (segment.length - from >= PIECES_MOST / 2 && own > length) break;
    length += own;
    from -= 1;
  }
  return segment.slice(from);
}

function order(one: Lsn, other: Lsn): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
