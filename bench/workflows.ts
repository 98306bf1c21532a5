import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { announceExecutions, startExecutions } from '@middle/store/executions/start.ts';
import { only } from '@middle/store/only.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { percentile } from './bench.ts';
import type { BenchContext, BenchResult, BenchRow } from './bench.ts';
import { temporaryStack } from './support/temporary-stack.ts';

/** Executions of workflows per second, and what a step costs, on a stack's own durable Postgres. */
export async function run(context: BenchContext): Promise<BenchResult> {
  const executions = context.number('executions', 5_000);
  await using stack = await temporaryStack();
  const owner = openDatabase(stack.database.owner, { max: 2 });
  const worker = openDatabase(stack.database.worker, { max: 6 });
  try {
    const rows: BenchRow[] = [];
    for (const atOnce of [1, 16, 128]) {
      for (const [what, steps] of [
        ['one decision', 1],
        ['three steps', 3],
      ] as const) {
        context.progress(`${what}, ${atOnce} at once`);
        const count = atOnce === 1 ? Math.ceil(executions / 10) : executions;
        rows.push(
          ...(await measure(owner, worker, { what: `${what}, ${atOnce} at once`, atOnce, steps, count })),
        );
      }
    }
    return {
      title: `Workflows: ${executions} executions of each kind`,
      rows,
      notes: ['Executions wait in the table when the clock starts; it stops when the last one has ended.'],
    };
  } finally {
    await worker.close();
    await owner.close();
  }
}

async function measure(
  owner: Database,
  worker: Database,
  { what, atOnce, steps, count }: { what: string; atOnce: number; steps: number; count: number },
): Promise<BenchRow[]> {
  const workflow = await publish(owner, atOnce, steps);
  const list = Array.from({ length: count }, (_, n) => ({
    id: uuidv7(new Date()),
    workflowId: workflow,
    version: 1,
    cause: 'person' as const,
    input: { n },
  }));
  await owner.query(sql`update middle.workflow set enabled = false where id = ${workflow}`);
  for (let from = 0; from < count; from += 1_000)
    await startExecutions(worker, list.slice(from, from + 1_000));
  await owner.query(sql`update middle.workflow set enabled = true where id = ${workflow}`);
  const began = performance.now();
  await announceExecutions(worker);
  for (;;) {
    const { rows } = await owner.query<{ open: boolean }>(
      sql`select exists (select from middle.execution_open where workflow_id = ${workflow}) as open`,
    );
    if (rows[0]?.open !== true) break;
    await sleep(5);
  }
  const seconds = (performance.now() - began) / 1_000;
  const { rows } = await owner.query<{ ms: number }>(sql`
    select extract(epoch from r.stored_at - r.queued_at)::float8 * 1000 as ms from middle.step_run r
    join middle.execution e on e.id = r.execution_id where e.workflow_id = ${workflow}`);
  const overheads = rows.map(({ ms }) => ms);
  return [
    { what, value: count / seconds, unit: 'executions/s' },
    { what: `${what}: a step, p50`, value: percentile(overheads, 0.5), unit: 'ms' },
    { what: `${what}: a step, p99`, value: percentile(overheads, 0.99), unit: 'ms' },
  ];
}

async function publish(owner: Database, atOnce: number, steps: number): Promise<string> {
  const definition = workflowDefinitionSchema.parse({
    inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
    steps: Array.from({ length: steps }, (_, index) => ({
      kind: 'decision',
      key: `s${index}`,
      title: 'Step',
      criteria: 'inputs.n >= 0',
    })),
  });
  const key = `b${randomUUID().slice(0, 8)}`;
  const { rows } = await owner.query<{ id: string }>(sql`
    with account as (insert into middle.account (key, name) values (${key}, 'Bench') returning id),
    workflow as (
      insert into middle.workflow (account_id, name, draft_saved_by, version, at_once)
      select id, ${key}, 'bench', 1, ${atOnce} from account returning id
    ), version as (
      insert into middle.workflow_version (workflow_id, version, definition, published_by)
      select id, 1, ${JSON.stringify(definition)}, 'bench' from workflow
    )
    select id from workflow`);
  return only(rows).id;
}
