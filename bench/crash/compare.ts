import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { openDatabase } from '@middle/store/database.ts';
import type { Database, DatabaseAddress } from '@middle/store/database.ts';
import { compareExecutions } from './executions.ts';
import type { ExecutionsCompared } from './executions.ts';
import type { CrashSource, SourceRecords } from './source.ts';

/**
 * How long nothing may move while something is left after the last transfer: what a killed intake had received comes back
 * from the queue after a minute, and on a loaded machine all takes longer.
 */
const CALM_MILLISECONDS = 180_000;

type Expect = (what: string, actual: unknown, expected: unknown) => void;

/** What the database holds against what the source was: every record, every version, every count, every execution. */
export async function compareWithSource(
  address: DatabaseAddress,
  workflowId: string,
  source: CrashSource,
): Promise<ExecutionsCompared & { readonly problems: readonly string[] }> {
  const database = openDatabase(address, { max: 1 });
  const problems: string[] = [];
  const expect: Expect = (what, actual, expected) => {
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
      problems.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
    }
  };
  try {
    await compareRecords(database, 'item', source.items, expect);
    await compareRecords(database, 'note', source.notes, expect);
    const { rows: bad } = await database.query<{ bad: number }>(sql`
      select count(*)::integer as bad from middle.sync_run where state <> 'succeeded'`);
    expect('runs that did not succeed', bad[0]?.bad, 0);
    expect('left behind', await calm(database), NOTHING);
    const { rows: miscounted } = await database.query<{ invocations: number }>(sql`
      select count(*)::integer as invocations from middle.invocation i
      where applied_messages > final_sequence
        or applied_messages <> (select count(*) from middle.applied_message m where m.invocation_id = i.id)`);
    expect('invocations whose messages were not counted once', miscounted[0]?.invocations, 0);
    return { ...(await compareExecutions(database, workflowId, source, expect)), problems };
  } finally {
    await database.close();
  }
}

async function compareRecords(
  database: Database,
  type: string,
  source: SourceRecords,
  expect: Expect,
): Promise<void> {
  const { rows: sets } = await database.query<{ id: number }>(
    sql`select id from middle.record_set where record_type = ${type}`,
  );
  const recordSet = sets[0]?.id ?? 0;
  const { rows: records } = await database.query<Stored>(sql`
    select id, version, deleted_at is not null as deleted, data from middle.record where record_set_id = ${recordSet}
    union all
    select id, version, deleted_at is not null, data from middle.record_version where record_set_id = ${recordSet}
    order by id, version`);
  const stored = new Map<string, Stored[]>();
  for (const record of records) {
    const versions = stored.get(record.id);
    if (versions === undefined) stored.set(record.id, [record]);
    else versions.push(record);
  }
  expect(`${type}s`, stored.size, source.states.size);
  for (const [id, states] of source.states) {
    // The last version is the record itself. A removed record keeps the data it had.
    const expected = states.map((revision, index) => {
      const revisionThen = revision ?? states.slice(0, index).findLast((earlier) => earlier !== null) ?? 0;
      const data = sorted(source.contentOf(id, revisionThen));
      return { id, version: index + 1, deleted: revision === null, data };
    });
    const actual = (stored.get(id) ?? []).map((one) => ({ ...one, data: sorted(one.data) }));
    expect(`states of ${id}`, actual, expected);
  }
  await compareCounts(database, type, recordSet, source, expect);
}

interface Stored {
  readonly id: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Each effect was counted once, in all runs together. */
async function compareCounts(
  database: Database,
  type: string,
  recordSet: number,
  source: SourceRecords,
  expect: Expect,
): Promise<void> {
  const { rows } = await database.query(sql`
    select sum(created)::integer as created, sum(updated)::integer as updated, sum(deleted)::integer as deleted,
      sum(invalid)::integer as invalid from middle.sync_run where record_set_id = ${recordSet}`);
  const states = [...source.states.values()];
  const deleted = states.filter((list) => list.at(-1) === null).length;
  const all = states.reduce((sum, list) => sum + list.length, 0);
  const updated = all - states.length - deleted;
  expect(`counts of the runs of ${type}s`, rows[0], { created: states.length, updated, deleted, invalid: 0 });
}

const NOTHING = {
  invocations: 0,
  messages: 0,
  deadLetters: 0,
  unread: 0,
  seen: 0,
  undecided: 0,
  executions: 0,
};

/** What is left when all is calm, or after a while: open invocations, messages, dead letters, changes that are not in the index or not decided on, notes of transfers, executions. */
async function calm(database: Database): Promise<unknown> {
  let before = '';
  let end = 0;
  for (;;) {
    const { rows } = await database.query(sql`
      select (select count(*)::integer from middle.invocation where state <> 'ended') as invocations,
        (select count(*)::integer from queue.message) as messages,
        (select count(*)::integer from queue.dead_letter) as "deadLetters",
        (select count(*)::integer from middle.change_batch b
          where exists (select from middle.change_consumer c
            where c.name in ('search', 'triggers') and (b.xact, b.position) > (c.xact, c.position))) as unread,
        (select count(*)::integer from middle.transfer_seen) as seen,
        (select count(*)::integer from middle.trigger_backlog) as undecided,
        (select count(*)::integer from middle.execution_open) as executions`);
    const left: unknown = rows[0];
    const now = JSON.stringify(left);
    // As long as it becomes less it is only slow.
    if (now !== before) end = performance.now() + CALM_MILLISECONDS;
    before = now;
    if (now === JSON.stringify(NOTHING) || performance.now() > end) return left;
    await sleep(200);
  }
}

const sorted = (data: Readonly<Record<string, unknown>>): unknown =>
  Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1));
