import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { percentile, ratioRow } from './bench.ts';
import type { BenchContext, BenchResult, BenchRow } from './bench.ts';
import { fillRecords, publish, publishBulk, prepareBench } from './support/workflow-stack.ts';
import { temporaryStack } from './support/temporary-stack.ts';
import type { TemporaryStack } from './support/temporary-stack.ts';
import { watchMemory } from './support/watch-memory.ts';
import type { Watched } from './support/watch-memory.ts';

const SAMPLES = 100;
/** What the worker may have at the most, whatever the number of records. */
const MOST_MEGABYTES = 256;
const MEGABYTE = 1024 * 1024;

/** One execution that starts another for each of very many records: what the worker takes, and how quick its pages are. */
export async function run(context: BenchContext): Promise<BenchResult> {
  const records = context.number('records', 1_000_000);
  const atOnce = context.number('at-once', 200);
  await using stack = await temporaryStack();
  const owner = openDatabase(stack.database.owner, { max: 2 });
  try {
    const prepared = await prepareBench(stack);
    context.progress(`${records.toLocaleString('en')} records`);
    await fillRecords(owner, prepared.recordSet, records);
    const called = await publish(stack, prepared, { kind: 'decision', atOnce });
    const workflow = await publishBulk(stack, prepared, { called, atOnce });
    const memory = await watchMemory(stack.folder, 'worker');
    const before = memory.now();
    const began = performance.now();
    const id = await begin(stack, workflow);
    const during = pages(stack.client, id, called);
    const pagesDuring: BenchRow[] = [];
    for (;;) {
      const { state, bulk } = await stack.client.getExecution({ params: { executionId: id } });
      const done = bulk.reduce((sum, { succeeded }) => sum + succeeded, 0);
      context.progress(`${done.toLocaleString('en')} executions ended, ${memory.text()}`);
      if (state === 'succeeded') break;
      if (state === 'failed' || state === 'cancelled') throw new Error(`The execution ended as ${state}.`);
      if (pagesDuring.length === 0 && done > records / 2)
        pagesDuring.push(...(await measurePages(during, 'half-way: ')));
      await sleep(5_000);
    }
    const seconds = (performance.now() - began) / 1_000;
    const watched = await memory.stop();
    await checkAll(owner, called, records);
    const rows = [
      { what: 'executions that it started', value: records / seconds, unit: 'executions/s' },
      ...memoryRows(before, watched),
      ...pagesDuring,
      ...(await measurePages(pages(stack.client, id, called), 'at the end: ')),
    ];
    return {
      title: `A bulk step over ${records.toLocaleString('en')} records, ${atOnce} at once`,
      rows,
      notes: [
        'Each record starts an execution of a workflow with one decision. The clock runs from the start of the one with the bulk step',
        'to its end, by the one worker of a whole stack. Its memory is looked at every half second, so a shorter peak is not seen.',
        'The search index and all else that a worker does are in it.',
      ],
    };
  } finally {
    await owner.close();
  }
}

async function begin({ client }: TemporaryStack, workflowId: string): Promise<string> {
  const { id } = await client.startWorkflow({ params: { workflowId }, body: { input: {} } });
  return id;
}

/** Every record has started one execution, and each of them succeeded. */
async function checkAll(owner: Database, called: string, records: number): Promise<void> {
  const { rows } = await owner.query<{ executions: number; records: number }>(sql`
    select count(*)::integer as executions, count(distinct record_id)::integer as records
    from middle.execution where workflow_id = ${called} and state = 'succeeded'`);
  if (rows[0]?.executions !== records || rows[0].records !== records)
    throw new Error(`Of ${records} records there are ${JSON.stringify(rows[0])}.`);
}

function memoryRows(before: Watched, { rss, pss }: Watched): BenchRow[] {
  const most = { what: 'the most it may have', value: MOST_MEGABYTES };
  return [
    { what: 'memory of the worker before it (PSS)', value: before.pss / MEGABYTE, unit: 'MB' },
    ratioRow('most memory of the worker, PSS', pss / MEGABYTE, 'MB', most),
    ratioRow('most memory of the worker, RSS', rss / MEGABYTE, 'MB', most),
  ];
}

type Pages = readonly (readonly [string, () => Promise<unknown>])[];

/** What a person looks at of such an execution. */
function pages(client: TemporaryStack['client'], executionId: string, workflowId: string): Pages {
  const params = { accountId: 'bench' };
  return [
    ['the execution', () => client.getExecution({ params: { executionId } })],
    ['its steps', () => client.listStepRuns({ params: { executionId } })],
    [
      'those it started',
      () => client.listExecutions({ params, query: { parentId: executionId, limit: 50 } }),
    ],
    ['the newest', () => client.listExecutions({ params, query: { limit: 50 } })],
    ['of the called workflow', () => client.listExecutions({ params, query: { workflowId, limit: 50 } })],
  ];
}

async function measurePages(of: Pages, when: string): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [what, request] of of) {
    const times: number[] = [];
    for (let n = 0; n < SAMPLES; n += 1) {
      const begun = performance.now();
      await request();
      times.push(performance.now() - begun);
    }
    rows.push({ what: `${when}${what}, p95`, value: percentile(times, 0.95), unit: 'ms' });
  }
  return rows;
}
