import { testServer } from '@middle/api/testing/server.ts';
import type { TestServer } from '@middle/api/testing/server.ts';
import type { Client } from '@middle/contract/client.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import sql from 'sql-template-tag';
import { percentile, ratioRow } from './bench.ts';
import type { BenchContext, BenchResult, BenchRow } from './bench.ts';
import { DAYS, fillHistory, STEPS_SHARE, WORDS } from './support/history-fill.ts';
import type { Filled } from './support/history-fill.ts';

const SAMPLES = 200;
const PAGE = 50;

type Query = NonNullable<Parameters<Client['listExecutions']>[0]['query']>;
/** One request, another one each time. */
type Request = () => Promise<unknown>;

/** How long lists, filters, search and counts take when the history of executions is large. */
export async function run(context: BenchContext): Promise<BenchResult> {
  const executions = context.number('executions', 5_000_000);
  await using server = await testServer({ checkAnswers: false });
  const database = openDatabase(server.owner, { max: 1 });
  try {
    const filled = await fillHistory(context, server, database, executions);
    const some = await someExecutions(database, filled.accountId);
    const keys = await measure(context, 'reading as many by their keys', () => readByKeys(server, some));
    const peer = { what: `${PAGE} executions by their keys`, value: keys.p95 };
    const rows: BenchRow[] = [
      { what: 'executions made, by SQL', value: executions / filled.seconds, unit: 'executions/s' },
      ...(await sizeRows(database)),
      { what: `${PAGE} executions by their keys, one statement: p95`, value: keys.p95, unit: 'ms' },
    ];
    for (const [what, request] of requests(server.client, filled, some)) {
      const { p50, p95, most } = await measure(context, what, request);
      rows.push({ what: `${what}: p50`, value: p50, unit: 'ms' }, ratioRow(`${what}: p95`, p95, 'ms', peer), {
        what: `${what}: slowest`,
        value: most,
        unit: 'ms',
      });
    }
    return {
      title: `History: ${executions.toLocaleString('en')} executions over ${DAYS} days`,
      rows,
      notes: [
        `Requests to the API, one after the other, ${SAMPLES} of each kind with other values each time; pages of ${PAGE}. 4 accounts, the one that is`,
        `asked for has 6 of 10 executions in 10 workflows; 3% failed, 1 in 5,000 was cancelled, 1 in 2,000 was started by a person.`,
        `Made by SQL as the executor leaves them behind; step runs are there of one in ${STEPS_SHARE}. 17 words each of ${WORDS.toLocaleString('en')}, few of them common.`,
      ],
    };
  } finally {
    await database.close();
  }
}

interface Sampled {
  readonly id: string;
  readonly recordId: string | null;
  readonly words: readonly string[];
  readonly hasSteps: boolean;
}

/** Of all days. */
async function someExecutions(database: Database, accountId: string): Promise<readonly Sampled[]> {
  const { rows } = await database.query<Sampled>(sql`
    select id, record_id as "recordId", string_to_array(input ->> 'note', ' ') as words,
      exists (select 1 from middle.step_run s where s.execution_id = e.id) as "hasSteps"
    from generate_series(0, ${DAYS - 1}::integer) day cross join lateral (
      select * from middle.execution e where account_id = ${accountId}
        and id < middle.uuid_at(now() - day * interval '1 day') order by id desc limit 200) e`);
  return rows;
}

async function readByKeys(server: TestServer, some: readonly Sampled[]): Promise<void> {
  const ids = Array.from({ length: PAGE }, () => pick(some).id);
  await server.deps.database.query(sql`select * from middle.execution where id = any(${ids}::uuid[])`);
}

function requests(
  client: Client,
  { accountId, connectionId, workflowIds, triggerIds }: Filled,
  some: readonly Sampled[],
): readonly (readonly [string, Request])[] {
  const params = { accountId };
  const list = (query: () => Query): Request => {
    return () => client.listExecutions({ params, query: { limit: PAGE, ...query() } });
  };
  const after = (): string => Buffer.from(JSON.stringify(pick(some).id)).toString('base64url');
  const withSteps = some.filter(({ hasSteps }) => hasSteps);
  return [
    ['the newest', list(() => ({}))],
    ['a page anywhere', list(() => ({ after: after() }))],
    ['of a workflow', list(() => ({ workflowId: pick(workflowIds) }))],
    ['of a workflow, a page anywhere', list(() => ({ workflowId: pick(workflowIds), after: after() }))],
    ['failed', list(() => ({ state: ['failed'] }))],
    ['failed, a page anywhere', list(() => ({ state: ['failed'], after: after() }))],
    ['failed of a workflow', list(() => ({ state: ['failed'], workflowId: pick(workflowIds) }))],
    ['cancelled', list(() => ({ state: ['cancelled'] }))],
    ['under way', list(() => ({ state: ['ready', 'running', 'waiting'] }))],
    ['of a trigger', list(() => ({ triggerId: pick(triggerIds) }))],
    ['of a trigger that started none', list(() => ({ triggerId: crypto.randomUUID() }))],
    ['started by a person', list(() => ({ cause: 'person' }))],
    ['called by a workflow: none', list(() => ({ cause: 'workflow' }))],
    ['for a record', list(() => ({ connectionId, recordId: pick(some).recordId ?? 'none' }))],
    ['for records of a type', list(() => ({ connectionId, recordType: 'customer' }))],
    ['of one day', list(() => ({ from: day(1 + Math.random() * DAYS), to: day(Math.random()) }))],
    ['text: a word in a tenth of all', list(() => ({ text: word(Math.floor(Math.random() * 3)) }))],
    ['text: a rare word', list(() => ({ text: rare() }))],
    ['text: two words of one execution', list(() => ({ text: pick(some).words.slice(0, 2).join(' ') }))],
    ['text: the beginning of a word', list(() => ({ text: rare().slice(0, 4) }))],
    ['text: a word, and failed', list(() => ({ text: pick(some).words[0] ?? '', state: ['failed'] }))],
    ['text: a word, a page anywhere', list(() => ({ text: pick(some).words[0] ?? '', after: after() }))],
    ['text: a record’s id', list(() => ({ text: pick(some).recordId ?? 'none' }))],
    ['text: nowhere', list(() => ({ text: `nowhere${Math.random().toString(36).slice(2)} ` }))],
    ['one execution', () => client.getExecution({ params: { executionId: pick(some).id } })],
    ['its steps', () => client.listStepRuns({ params: { executionId: pick(withSteps).id } })],
    ...([1, 24, 672] as const).map(
      (hours) =>
        [
          `statistics of ${hours} h`,
          () => client.getExecutionStatistics({ params, query: { hours } }),
        ] as const,
    ),
    [
      'statistics of a workflow, 672 h',
      () => client.getExecutionStatistics({ params, query: { hours: 672, workflowId: pick(workflowIds) } }),
    ],
  ];
}

const rare = (): string => word(WORDS - 1 - Math.floor(Math.random() * 1_000));
const word = (n: number): string => `w${n}`;
const day = (back: number): string => new Date(Date.now() - back * 86_400_000).toISOString();

async function measure(context: BenchContext, what: string, request: Request) {
  context.progress(what);
  const times: number[] = [];
  for (let n = 0; n < SAMPLES; n += 1) {
    const begun = performance.now();
    await request();
    times.push(performance.now() - begun);
  }
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), most: Math.max(...times) };
}

async function sizeRows(database: Database): Promise<BenchRow[]> {
  const { rows } = await database.query<{ name: string; bytes: string }>(sql`
    select parent.relname as name, sum(pg_total_relation_size(i.inhrelid)) as bytes
    from pg_inherits i join pg_class parent on parent.oid = i.inhparent
    where parent.relname in ('execution', 'execution_text') and parent.relkind = 'p'
    group by parent.relname order by parent.relname`);
  return rows.map(({ name, bytes }) => ({
    what: name === 'execution' ? 'size of the executions' : 'size of their words',
    value: Number(bytes) / 1e9,
    unit: 'GB',
  }));
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new TypeError('there is nothing to choose from');
  return item;
}
