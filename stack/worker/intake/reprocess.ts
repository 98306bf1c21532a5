import { z } from 'zod';
import { MiddleError } from '@middle/core/errors.ts';
import { announceChanges } from '@middle/store/changes.ts';
import type { Database, Transaction } from '@middle/store/database.ts';
import { listRecordSets } from '@middle/store/record-sets.ts';
import { storeEmissions } from '@middle/store/record-writes.ts';
import { countOpenInvalid, lockOpenInvalid, settleInvalid, updateProblems } from '@middle/store/reprocess.ts';
import type { InvalidScope, OpenInvalidRecord } from '@middle/store/reprocess.ts';
import type { JobHandlers } from '../jobs/runner.ts';
import { digestOf, RecordTypeCache } from './check-records.ts';
import type { CheckedEmission, CompiledRecordSet } from './check-records.ts';
import { requestUnseen } from './unseen.ts';

const PAGE = 500;

const inputSchema = z.object({ recordType: z.string().optional() });

export interface Reprocessed {
  /** Stored, or overtaken by a newer emission since. */
  readonly settled: number;
  readonly stillInvalid: number;
}

/** The job `reprocess`: its subject is a connection, its input may name one record type. */
export function reprocessJobs(deps: { readonly database: Database }): JobHandlers {
  return {
    async reprocess({ subject, input }, { signal, progress }) {
      const { recordType } = inputSchema.parse(input);
      return reprocessInvalid(deps.database, { connectionId: subject, recordType }, { signal, progress });
    },
  };
}

/**
 * Checks the open invalid records of a connection against the record types now in force and stores those that fit, as
 * what they were: emissions of their time, which a newer emission of the same record has overtaken.
 */
export async function reprocessInvalid(
  database: Database,
  scope: InvalidScope,
  told: {
    readonly signal: AbortSignal;
    readonly progress: (progress: { readonly done: number; readonly total: number | null }) => void;
  },
): Promise<Reprocessed> {
  const recordTypes = new RecordTypeCache();
  const total = await countOpenInvalid(database, scope);
  let settled = 0;
  let done = 0;
  for (let after: string | null = null; !told.signal.aborted;) {
    const from: string | null = after;
    const page: Page = await database.transaction((client) =>
      reprocessPage(client, scope, recordTypes, from),
    );
    settled += page.settled;
    done += page.looked;
    told.progress({ done, total: Math.max(total, done) });
    if (page.last === null) return { settled, stillInvalid: done - settled };
    after = page.last;
  }
  throw new MiddleError('function_cancelled', `Reprocessing was stopped after ${done} of ${total} records.`);
}

interface Page {
  readonly settled: number;
  readonly looked: number;
  readonly last: string | null;
}

async function reprocessPage(
  client: Transaction,
  scope: InvalidScope,
  recordTypes: RecordTypeCache,
  after: string | null,
): Promise<Page> {
  const page = await lockOpenInvalid(client, scope, { after, limit: PAGE });
  const sets = await listRecordSets(client, scope.connectionId);
  const compiled = new Map(sets.map((set) => [set.recordType.key, recordTypes.compile(set)]));
  const { fitting, failing } = judge(page, compiled);
  const written: CheckedEmission[] = [];
  for (const [recordSetId, group] of [...Map.groupBy(fitting, (one) => one.recordSetId)].sort(
    (a, b) => a[0] - b[0],
  )) {
    for (const [invocationId, same] of Map.groupBy(group, ({ emission }) => emission.invocationId)) {
      const emissions = same.map(({ emission }) => emission);
      const stored = await storeEmissions(client, recordSetId, emissions);
      await announceChanges(client, { recordSetId, invocationId, ...stored, deleted: [] });
      const changed = new Set([...stored.created, ...stored.updated]);
      written.push(...emissions.filter(({ id }) => changed.has(id)));
    }
  }
  await requestUnseen(client, scope.connectionId, written);
  await settleInvalid(
    client,
    fitting.map(({ id }) => id),
  );
  await updateProblems(client, failing);
  return { settled: fitting.length, looked: page.length, last: page.at(-1)?.id ?? null };
}

interface Judged {
  readonly fitting: readonly {
    readonly id: string;
    readonly recordSetId: number;
    readonly emission: CheckedEmission;
  }[];
  readonly failing: Parameters<typeof updateProblems>[1];
}

function judge(page: readonly OpenInvalidRecord[], sets: ReadonlyMap<string, CompiledRecordSet>): Judged {
  const fitting: Judged['fitting'][number][] = [];
  const failing: Judged['failing'][number][] = [];
  for (const { id, recordType, invocationId, startedAt, sequence, data } of page) {
    const set = sets.get(recordType);
    if (set === undefined) continue;
    const checked = set.compiled.check(data);
    if (checked.ok) {
      const origin = { startedAt, sequence: Number(sequence) };
      const { text, references } = checked;
      const emission = { id: checked.id, text, references, digest: digestOf(text), origin, invocationId };
      fitting.push({ id, recordSetId: set.id, emission });
    } else {
      failing.push({ id, recordSetId: set.id, problems: checked.problems });
    }
  }
  return { fitting, failing };
}
