import { chainFrom, mergeable } from '@middle/core/backup/catalog.ts';
import type { Piece } from '@middle/core/backup/catalog.ts';
import { parseLsn, segmentStart } from '@middle/core/backup/lsn.ts';
import type { Lsn } from '@middle/core/backup/lsn.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import type { Clock } from '../../ports/clock.ts';
import { pieceName } from './archive.ts';
import type { Archive, StoredPiece } from './archive.ts';
import { openReplication } from './replication.ts';
import type { Replication } from './replication.ts';
import { WalReceiver } from './wal-receiver.ts';
import type { Progress } from './wal-receiver.ts';

/** The database keeps its log for whoever has this slot, until they have it; see max_slot_wal_keep_size in postgres.ts. */
const SLOT = 'middle_backup';

/** What is stored of the log, kept in step without reading the archive again. */
export interface PieceList {
  all(): readonly StoredPiece[];
  replace(gone: readonly StoredPiece[], added: StoredPiece): void;
}

/** The database has less than the archive says: it is an older copy, and goes on otherwise than what is stored. */
export class OlderDatabase extends MiddleError {
  constructor() {
    super('conflict', 'The database is older than its backups: it was replaced by a copy.');
  }
}

/**
 * Stores the log from where the archive ends, or, when the database does not have that any more, from where it can.
 * @param opened told once the stream is asked for
 */
export async function archiveLog(options: {
  readonly archive: Archive;
  readonly pieces: PieceList;
  readonly superuser: DatabaseAddress;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly opened: (receiver: WalReceiver) => void;
  readonly told: (progress: Progress) => void;
}): Promise<void> {
  const { archive, pieces, clock, signal, told } = options;
  const replication = await openReplication(options.superuser);
  const close = (): void => void replication.close();
  signal.addEventListener('abort', close);
  try {
    const { timeline, written } = await identify(replication);
    const segmentBytes = await segmentSize(replication);
    const kept = await ensureSlot(replication);
    const from = beginOf({ pieces: pieces.all(), timeline, kept, written, segmentBytes });
    const receiver = new WalReceiver({
      replication,
      slot: SLOT,
      timeline,
      from,
      segmentBytes,
      clock,
      told,
      async store(piece, bytes) {
        const name = pieceName(piece);
        const stored = await archive.vault.put(name, bytes);
        pieces.replace([], { ...piece, name, bytes: stored.bytes });
        await mergeSegment(archive, pieces, piece, segmentBytes);
      },
    });
    options.opened(receiver);
    await receiver.receive();
  } finally {
    signal.removeEventListener('abort', close);
    await replication.close();
  }
}

async function identify(replication: Replication): Promise<{ timeline: number; written: Lsn }> {
  const [row] = await replication.rows('IDENTIFY_SYSTEM');
  return { timeline: Number(row?.['timeline']), written: parseLsn(row?.['xlogpos'] ?? '0/0') };
}

async function segmentSize(replication: Replication): Promise<number> {
  const [row] = await replication.rows('SHOW wal_segment_size');
  const [, count = '', unit = ''] = /^(\d+)(MB|GB)$/.exec(row?.['wal_segment_size'] ?? '') ?? [];
  return Number(count) * (unit === 'GB' ? 1024 ** 3 : 1024 ** 2);
}

/** @returns from where on the database has its log. */
async function ensureSlot(replication: Replication): Promise<Lsn> {
  const [slot] = await replication.rows(`READ_REPLICATION_SLOT ${SLOT}`);
  const known = slot?.['restart_lsn'] ?? null;
  if (known !== null) return parseLsn(known);
  // It was given up, since what it held grew beyond what the database may keep.
  if ((slot?.['slot_type'] ?? null) !== null) await replication.rows(`DROP_REPLICATION_SLOT ${SLOT}`);
  await replication.rows(`CREATE_REPLICATION_SLOT ${SLOT} PHYSICAL (RESERVE_WAL true)`);
  const [made] = await replication.rows(`READ_REPLICATION_SLOT ${SLOT}`);
  return parseLsn(made?.['restart_lsn'] ?? '0/0');
}

function beginOf(given: {
  readonly pieces: readonly StoredPiece[];
  readonly timeline: number;
  readonly kept: Lsn;
  readonly written: Lsn;
  readonly segmentBytes: number;
}): Lsn {
  const { pieces, timeline, kept, written, segmentBytes } = given;
  const end = pieces.reduce(
    (last, piece) => (piece.timeline === timeline && piece.end > last ? piece.end : last),
    0n,
  );
  if (end > written) throw new OlderDatabase();
  const first = segmentStart(kept, segmentBytes);
  return end >= first ? end : first;
}

/** Makes one of the last small pieces of a segment when there are many: an idle stack writes little, and often. */
async function mergeSegment(
  archive: Archive,
  pieces: PieceList,
  { timeline, start }: Piece,
  segmentBytes: number,
): Promise<void> {
  const begin = segmentStart(start, segmentBytes);
  const segment = pieces.all().filter((piece) => piece.timeline === timeline && piece.start >= begin);
  const some = mergeable(chainFrom(segment, timeline, segment[0]?.start ?? begin));
  const [first, last] = [some[0], some.at(-1)];
  if (first === undefined || last === undefined) return;
  const merged = { timeline, start: first.start, end: last.end, at: last.at };
  const name = pieceName(merged);
  async function* contents(): AsyncGenerator<Uint8Array> {
    for (const piece of some) yield* archive.vault.get(piece.name);
  }
  const { bytes } = await archive.vault.put(name, contents());
  pieces.replace(some, { ...merged, name, bytes });
  // Whoever dies before this leaves pieces that the merged one hides; they go when they expire.
  for (const piece of some) await archive.vault.delete(piece.name);
}
