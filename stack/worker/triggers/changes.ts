import type { Decision } from '@middle/core/workflow/trigger-rules.ts';
import { changedRecords, finishPiece, nextPiece } from '@middle/store/triggers/backlog.ts';
import type { ChangedRecord, Piece } from '@middle/store/triggers/backlog.ts';
import { decideAll } from '@middle/store/triggers/decide.ts';
import type { TriggerEvent } from '@middle/store/triggers/decide.ts';
import { listeningTriggers } from '@middle/store/triggers/listening.ts';
import type { RecordTrigger } from '@middle/store/triggers/listening.ts';
import { RelatedCache } from '@middle/store/triggers/related.ts';
import { addRequeues } from '@middle/store/triggers/requeues.ts';
import type { NewRequeue } from '@middle/store/triggers/requeues.ts';
import { readSight } from '@middle/store/triggers/sight.ts';
import type { TriggerDeps } from './deps.ts';
import { Starts } from './starts.ts';

/** Changes looked at in one transaction: what they hold in memory, and how long others wait for their turn. */
const PIECE = 200;

/** A change whose record is still kept as it left it. */
type KeptChange = ChangedRecord & { readonly record: NonNullable<ChangedRecord['record']> };

/**
 * Decides on the next changes of a record set for each of its triggers; what they start, count and look at again is
 * written in the transaction that takes the changes from the backlog.
 * @returns how many changes; 0: there are none, or another worker is at them
 */
export async function takePiece(deps: TriggerDeps, recordSetId: number): Promise<number> {
  return deps.database.transaction(async (client) => {
    const piece = await nextPiece(client, recordSetId, PIECE);
    if (piece === null) return 0;
    const triggers = (await listeningTriggers(client, recordSetId)).filter(({ since }) => piece.at >= since);
    const sight = triggers.length === 0 ? null : await readSight(client, recordSetId);
    if (sight !== null) {
      const now = deps.clock.now();
      const changes = await changedRecords(client, piece, triggers.some(looksBack));
      const related = new RelatedCache(client, deps.search);
      const starts = new Starts(deps, now);
      const requeues: NewRequeue[] = [];
      for (const trigger of triggers) {
        const heard = changes.filter(({ event }) => trigger.events.includes(event));
        const kept = heard.filter(isKept);
        const events = kept.map((change) => eventOf(trigger, piece, change));
        const decisions = await decideAll(trigger, sight, events, { now, related });
        for (const [index, decision] of decisions.entries()) {
          const change = kept[index];
          if (change === undefined) continue;
          if (decision.kind === 'requeue') requeues.push(requeueOf(trigger, piece, change, now));
          await settle(starts, trigger, decision, {
            recordSetId,
            id: change.id,
            version: change.record.version,
          });
        }
        for (const { id } of heard.filter((change) => !isKept(change))) {
          await starts.add(trigger, GONE, { recordSetId, id, version: null });
        }
      }
      await addRequeues(client, requeues);
      await starts.write(client);
    }
    await finishPiece(client, piece);
    return piece.changes.length;
  });
}

function isKept(change: ChangedRecord): change is KeptChange {
  return change.record !== null;
}

const GONE: Extract<Decision, { kind: 'fail' }> = {
  kind: 'fail',
  error: {
    code: 'record_expired',
    message: 'the state of the record that this change wrote has expired before the trigger came to it',
    fault: 'operator',
  },
  input: {},
};

/** Only then are the states before loaded. */
function looksBack({ discard, requeue, input }: RecordTrigger): boolean {
  return [discard, requeue, ...Object.values(input)].some((source) => source?.includes('previous') === true);
}

function eventOf(
  trigger: RecordTrigger,
  piece: Piece,
  { event, id, record, previous }: KeptChange,
): TriggerEvent {
  return {
    scope: {
      event: { kind: event, at: record.changedAt.toISOString() },
      record: record.data,
      previous,
    },
    seed: `${trigger.id}:${piece.recordSetId}:${id}:${record.version}`,
  };
}

function requeueOf(trigger: RecordTrigger, piece: Piece, change: KeptChange, now: Date): NewRequeue {
  const { version, changedAt } = change.record;
  return {
    triggerId: trigger.id,
    recordSetId: piece.recordSetId,
    recordId: change.id,
    version,
    event: change.event,
    changedAt,
    nextAt: new Date(now.getTime() + trigger.requeueSeconds * 1_000),
  };
}

async function settle(
  starts: Starts,
  trigger: RecordTrigger,
  decision: Decision,
  record: { readonly recordSetId: number; readonly id: string; readonly version: number },
): Promise<void> {
  if (decision.kind === 'discard') starts.count(trigger, 'discarded');
  else if (decision.kind === 'requeue') starts.count(trigger, 'requeued');
  else await starts.add(trigger, decision, record);
}
