import type { ReceivedMessage } from '@middle/cloud/ports/queue.ts';
import { addEffect, noteApplied, readInvocations } from '@middle/store/applied-messages.ts';
import type { AppliedEffect } from '@middle/store/applied-messages.ts';
import { announceChanges } from '@middle/store/changes.ts';
import type { Database, Transaction } from '@middle/store/database.ts';
import { setAside } from '@middle/store/invalid-record-writes.ts';
import { listRecordSets } from '@middle/store/record-sets.ts';
import { confirmUnchanged, stillReachable, storeEmissions } from '@middle/store/record-writes.ts';
import { noteSeen } from '@middle/store/vanished.ts';
import { countBrought } from '@middle/store/webhooks/process.ts';
import { checkMessage } from './check-records.ts';
import type { CheckedEmission, CheckedMessage, CompiledRecordSet, RecordTypeCache } from './check-records.ts';
import { matchInvocations, readMessages } from './read-messages.ts';
import type { KnownMessage, Origins, Rejection } from './read-messages.ts';
import { requestUnseen } from './unseen.ts';

export interface StoredBatch {
  /** Applied now or before: their log lines are still to be kept, then they may be deleted. */
  readonly applied: readonly KnownMessage[];
  readonly rejected: readonly Rejection[];
}

/** Stores a batch of one app's messages in one transaction: all of its effect, or none. */
export async function storeBatch(
  deps: { readonly database: Database; readonly recordTypes: RecordTypeCache },
  received: readonly ReceivedMessage[],
  origins: Origins,
): Promise<StoredBatch> {
  const read = readMessages(received, origins);
  if (read.accepted.length === 0) return { applied: [], rejected: read.rejected };
  return deps.database.transaction(async (client) => {
    const ids = new Set(read.accepted.map(({ claims }) => claims.invocation));
    const known = matchInvocations(read.accepted, await readInvocations(client, [...ids]));
    const fresh = await onlyFresh(client, known.accepted);
    const byConnection = groupBy(fresh, ({ invocation }) => invocation.connectionId);
    // In one order, as with every lock: two batches of the same connections wait for each other.
    for (const [connectionId, messages] of [...byConnection].sort(byKey)) {
      const sets = await compiledSets(client, connectionId, deps.recordTypes);
      await storeConnection(
        client,
        connectionId,
        messages.map((message) => checkMessage(message, sets)),
      );
    }
    return { applied: known.accepted, rejected: [...read.rejected, ...known.rejected] };
  });
}

/** Deliveries repeat: leaves out what was applied before, and the second of two in one batch. */
async function onlyFresh(
  client: Transaction,
  messages: readonly KnownMessage[],
): Promise<readonly KnownMessage[]> {
  const byName = new Map(
    messages.map((message) => [nameOf(message.invocation.id, message.header.sequence), message]),
  );
  // In one order, so that two transactions that hold the same messages wait for each other instead of deadlocking.
  const names = [...byName.keys()].sort();
  const rows = names.flatMap((name) => {
    const message = byName.get(name);
    if (message === undefined) return [];
    return [
      { invocationId: message.invocation.id, sequence: message.header.sequence, progress: message.progress },
    ];
  });
  const applied = await noteApplied(client, rows);
  return applied.flatMap(({ invocationId, sequence }) => byName.get(nameOf(invocationId, sequence)) ?? []);
}

function nameOf(invocationId: string, sequence: number): string {
  return `${invocationId}/${String(sequence).padStart(10, '0')}`;
}

async function compiledSets(
  client: Transaction,
  connectionId: string,
  recordTypes: RecordTypeCache,
): Promise<ReadonlyMap<string, CompiledRecordSet>> {
  const sets = await listRecordSets(client, connectionId);
  return new Map(sets.map((set) => [set.recordType.key, recordTypes.compile(set)]));
}

type Counts = Pick<AppliedEffect, 'created' | 'updated' | 'unchanged' | 'older'>;

async function storeConnection(
  client: Transaction,
  connectionId: string,
  messages: readonly CheckedMessage[],
): Promise<void> {
  const byInvocation = groupBy(messages, ({ message }) => message.invocation.id);
  const counts = new Map<string, Counts>();
  const written: CheckedEmission[] = [];
  for (const piece of piecesOf(byInvocation)) {
    const stored = await storeEmissions(client, piece.recordSetId, piece.emissions);
    const { created, updated, updatedVersions } = stored;
    await announceChanges(client, { ...piece, created, updated, updatedVersions, deleted: [] });
    const { invocation } = piece;
    const uncounted = byInvocation.get(invocation.id)?.length ?? 0;
    const applying = { ...invocation, connectionId, uncounted };
    const reachable = await stillReachable(client, piece.recordSetId, applying);
    await confirmUnchanged(client, piece.recordSetId, piece.emissions, reachable);
    const changed = new Set([...created, ...updated]);
    written.push(...piece.emissions.filter(({ id }) => changed.has(id)));
    counts.set(piece.invocationId, addCounts(counts.get(piece.invocationId), stored));
  }
  await requestUnseen(client, connectionId, written);
  for (const { message, seen } of messages) {
    const { invocation, header } = message;
    if (invocation.notesSeen && invocation.runId !== null) {
      await noteSeen(
        client,
        { runId: invocation.runId, invocationId: invocation.id, sequence: header.sequence },
        seen,
      );
    }
  }
  await setAside(
    client,
    messages.flatMap(({ invalid }) => invalid),
  );
  const effects = [...byInvocation]
    .sort(byKey)
    .map(([invocationId, group]) => effectOf(invocationId, group, counts.get(invocationId)));
  await countBrought(
    client,
    effects.filter(({ kind }) => kind === 'webhook'),
  );
  for (const effect of effects) await addEffect(client, effect);
}

interface Piece {
  readonly recordSetId: number;
  readonly invocationId: string;
  readonly invocation: { readonly id: string; readonly startedAt: Date };
  readonly emissions: readonly CheckedEmission[];
}

/** By record set, in the order in which every transaction takes their locks. */
function piecesOf(byInvocation: ReadonlyMap<string, readonly CheckedMessage[]>): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const [invocationId, messages] of byInvocation) {
    const first = messages[0];
    if (first === undefined) continue;
    const bySet = new Map<number, CheckedEmission[]>();
    for (const { emissions } of messages) {
      for (const [recordSetId, list] of emissions) {
        const all = bySet.get(recordSetId) ?? [];
        bySet.set(recordSetId, all);
        for (const emission of list) all.push(emission);
      }
    }
    for (const [recordSetId, emissions] of bySet) {
      pieces.push({ recordSetId, invocationId, invocation: first.message.invocation, emissions });
    }
  }
  return pieces.sort((a, b) => a.recordSetId - b.recordSetId);
}

function addCounts(before: Counts | undefined, stored: Awaited<ReturnType<typeof storeEmissions>>): Counts {
  return {
    created: (before?.created ?? 0) + stored.created.length,
    updated: (before?.updated ?? 0) + stored.updated.length,
    unchanged: (before?.unchanged ?? 0) + stored.unchanged,
    older: (before?.older ?? 0) + stored.older,
  };
}

function effectOf(
  invocationId: string,
  group: readonly CheckedMessage[],
  counts: Counts | undefined,
): AppliedEffect {
  const last = group.findLast(({ message }) => message.ending !== null)?.message;
  const ending = last?.ending ?? null;
  const sum = (of: (one: CheckedMessage) => number): number =>
    group.reduce((total, one) => total + of(one), 0);
  return {
    invocationId,
    runId: group[0]?.message.invocation.runId ?? null,
    kind: group[0]?.message.invocation.kind ?? '',
    messages: group.length,
    bytes: sum(({ message }) => message.received.body.byteLength),
    records: sum(({ message }) => message.header.records),
    created: counts?.created ?? 0,
    updated: counts?.updated ?? 0,
    unchanged: counts?.unchanged ?? 0,
    older: counts?.older ?? 0,
    invalid: sum(({ invalid }) => invalid.length),
    progress: newestProgress(group),
    ending:
      ending === null || last === undefined
        ? null
        : {
            sequence: last.header.sequence,
            result: ending.outcome === 'returned' ? ending.value : null,
            error: ending.outcome === 'threw' ? ending.error : null,
          },
  };
}

function newestProgress(group: readonly CheckedMessage[]): AppliedEffect['progress'] {
  const ordered = [...group].sort((a, b) => a.message.header.sequence - b.message.header.sequence);
  return ordered.findLast(({ message }) => message.progress !== null)?.message.progress ?? null;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  return Map.groupBy(items, keyOf);
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
