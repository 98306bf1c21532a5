import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { writeZip } from '@middle/functions/package/zip.ts';
import { announceChanges } from '@middle/store/changes.ts';
import type { Database } from '@middle/store/database.ts';
import { only } from '@middle/store/only.ts';
import { storeEmissions } from '@middle/store/record-writes.ts';
import { digestOf } from '@middle/worker/intake/check-records.ts';
import type { TemporaryStack } from './temporary-stack.ts';

const PAUSE_MILLISECONDS = 25;
const FILL_AT_ONCE = 100_000;

const FILES = new Map([
  [
    'middle.app.yaml',
    Buffer.from(`key: bench
name: Bench
version: '1.0.0'
recordTypes:
  - key: thing
    title: Thing
    attributes: [{ key: id, type: primary_id, title: Id }, { key: n, type: number, title: N }]
actions:
  - key: nothing
    title: Do nothing
    function: nothing
    timeout: 30s
    input: [{ key: n, type: number, title: N }]
    output: [{ key: n, type: number, title: N }]
`),
  ],
  ['functions/nothing.js', Buffer.from('export default async (ctx) => ({ n: ctx.input.n });\n')],
]);

const DECISION = { kind: 'decision', key: 'look', title: 'Look', criteria: 'inputs.n >= 0' };
const COUNT = { kind: 'set', key: 'count', title: 'Count', variable: 'v', value: 'variables.v + inputs.n' };
const DOUBLE = { kind: 'set', key: 'double', title: 'Double', variable: 'v', value: 'variables.v * 2' };
const NOTHING = {
  kind: 'action',
  key: 'nothing',
  title: 'Do nothing',
  connection: 'bench',
  action: 'nothing',
  input: { n: 'inputs.n' },
};
const STEPS = { decision: [DECISION], three: [DECISION, COUNT, DOUBLE], action: [DECISION, NOTHING, COUNT] };

export interface Prepared {
  readonly connectionId: string;
  readonly recordSet: number;
}

/** An account, an app with an action that does nothing, and a connection. */
export async function prepareBench({ client }: TemporaryStack): Promise<Prepared> {
  await client.createAccount({ body: { key: 'bench', name: 'Bench' } });
  await client.pushApp({
    body: new Blob([Uint8Array.from(writeZip(FILES))]),
    query: { on: 'true', approveHosts: 'true' },
  });
  const { id: connectionId } = await client.createConnection({
    params: { accountId: 'bench' },
    body: { app: 'bench', name: 'Bench' },
  });
  const { items } = await client.listRecordSets({ params: { connectionId } });
  return { connectionId, recordSet: items[0]?.id ?? 0 };
}

let workflows = 0;

/** Publishes a workflow that has this many executions under way at a time; returns its id. */
export async function publish(
  { client }: TemporaryStack,
  { connectionId }: Prepared,
  { kind, atOnce }: { readonly kind: keyof typeof STEPS; readonly atOnce: number },
): Promise<string> {
  const number = { kind: 'number' };
  const { id, draftRevision } = await client.createWorkflow({
    params: { accountId: 'bench' },
    body: {
      name: `Bench ${(workflows += 1)}`,
      draft: {
        inputs: [{ key: 'n', title: 'N', type: number }],
        variables: [{ key: 'v', title: 'V', type: number, initial: '0' }],
        connections: kind === 'action' ? [{ key: 'bench', title: 'Bench', app: 'bench' }] : [],
        steps: STEPS[kind],
      },
      bindings: kind === 'action' ? { bench: connectionId } : {},
      atOnce,
    },
  });
  await client.publishWorkflow({ params: { workflowId: id }, body: { revision: draftRevision } });
  return id;
}

/** Records of the prepared record set, by SQL. */
export async function fillRecords(owner: Database, recordSet: number, records: number): Promise<void> {
  for (let from = 0; from < records; from += FILL_AT_ONCE) {
    await owner.query(sql`
      insert into middle.record (record_set_id, id, digest, data, origin_started_at, origin_sequence, invocation_id,
        created_at, updated_at)
      select ${recordSet}, id, substr(sha256(id::bytea), 1, 16), jsonb_build_object('id', id, 'n', n),
        now(), n, uuidv7(), now(), now()
      from generate_series(${from}::integer, ${Math.min(from + FILL_AT_ONCE, records) - 1}::integer) n,
        lateral (select 'r' || lpad(n::text, 9, '0') as id) named`);
  }
  await owner.query(sql`analyze middle.record`);
}

/** Publishes a workflow whose only step starts an execution of another for each record; returns its id. */
export async function publishBulk(
  { client }: TemporaryStack,
  { connectionId }: Prepared,
  { called, atOnce }: { readonly called: string; readonly atOnce: number },
): Promise<string> {
  const { id, draftRevision } = await client.createWorkflow({
    params: { accountId: 'bench' },
    body: {
      name: 'Bulk',
      draft: {
        connections: [{ key: 'bench', title: 'Bench', app: 'bench' }],
        steps: [
          {
            kind: 'bulk',
            key: 'all',
            title: 'All',
            workflow: called,
            source: { connection: 'bench', recordType: 'thing' },
            input: { n: 'record.n' },
            atOnce,
          },
        ],
      },
      bindings: { bench: connectionId },
    },
  });
  await client.publishWorkflow({ params: { workflowId: id }, body: { revision: draftRevision } });
  return id;
}

/** Stores new records one by one, as the intake does; milliseconds from each commit to the start of its execution. */
export async function changeToStart(
  stack: TemporaryStack,
  worker: Database,
  prepared: Prepared,
  changes: number,
): Promise<number[]> {
  const workflow = await publish(stack, prepared, { kind: 'decision', atOnce: 128 });
  const { client } = stack;
  await client.createTrigger({
    params: { workflowId: workflow },
    body: {
      enabled: true,
      definition: {
        kind: 'record',
        name: 'Things',
        connectionId: prepared.connectionId,
        recordType: 'thing',
        events: ['created'],
        input: { n: 'record.n' },
      },
    },
  });
  const stored = new Map<string, Date>();
  for (let n = 0; n < changes; n += 1) {
    const id = `t${n}`;
    await store(worker, prepared.recordSet, id, n);
    const { rows } = await worker.query<{ at: Date }>(sql`select clock_timestamp() as at`);
    stored.set(id, only(rows).at);
    await sleep(PAUSE_MILLISECONDS);
  }
  for (;;) {
    const { rows } = await worker.query<{ id: string; at: Date }>(sql`
      select record_id as id, started_at as at from middle.execution where workflow_id = ${workflow}`);
    if (rows.length === changes)
      // The first ones compile what the others find compiled.
      return rows.slice(1).map(({ id, at }) => Math.max(0, at.getTime() - (stored.get(id)?.getTime() ?? 0)));
    await sleep(50);
  }
}

async function store(worker: Database, recordSet: number, id: string, n: number): Promise<void> {
  const text = JSON.stringify({ id, n });
  const { rows } = await worker.query<{ id: string }>(sql`select uuidv7() as id`);
  const invocationId = only(rows).id;
  const origin = { startedAt: new Date(), sequence: 1 };
  await worker.transaction(async (transaction) => {
    const emission = { id, text, digest: digestOf(text), origin, invocationId };
    const changed = await storeEmissions(transaction, recordSet, [emission]);
    await announceChanges(transaction, { recordSetId: recordSet, invocationId, ...changed, deleted: [] });
  });
}
