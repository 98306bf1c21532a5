import sql from 'sql-template-tag';
import type { TestServer } from '@middle/api/testing/server.ts';
import { withConnection } from '@middle/api/testing/sample.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import type { Database } from '@middle/store/database.ts';
import type { BenchContext } from '../bench.ts';

/** So long is history kept unless set otherwise. */
export const DAYS = 30;
const ACCOUNTS = 4;
const WORKFLOWS = 10;
/** Executions whose step runs are there: the table of all would be three times as large again. */
export const STEPS_SHARE = 50;
const CHUNK = 100_000;
const OPEN = 10_000;
export const WORDS = 20_000;
const RECORDS = 50_000;

const DEFINITION = workflowDefinitionSchema.parse({
  variables: [{ key: 'x', title: 'X', type: { kind: 'number' }, initial: '0' }],
  steps: ['first', 'second', 'third'].map((key) => ({
    kind: 'set',
    key,
    title: `The ${key}`,
    variable: 'x',
    value: '1',
  })),
});

export interface Filled {
  /** The largest account: 6 of 10 executions. */
  readonly accountId: string;
  readonly connectionId: string;
  /** Of that account, the first with the most executions. */
  readonly workflowIds: readonly string[];
  readonly triggerIds: readonly string[];
  readonly seconds: number;
}

/** Accounts and workflows through the API, executions by SQL: sets of rows as the executor leaves them behind. */
export async function fillHistory(
  context: BenchContext,
  server: TestServer,
  database: Database,
  executions: number,
): Promise<Filled> {
  const { account, connection, customers } = await withConnection(server);
  const accounts = [account.id];
  for (let n = 1; n < ACCOUNTS; n += 1)
    accounts.push((await server.client.createAccount({ body: { key: `more-${n}`, name: `More ${n}` } })).id);
  const workflows: string[][] = [];
  for (const accountId of accounts) workflows.push(await addWorkflows(server, accountId));
  const triggerIds = Array.from({ length: WORKFLOWS }, () => crypto.randomUUID());
  const begun = performance.now();
  await database.query(
    sql`select middle.add_day_partitions((now() at time zone 'UTC')::date - ${DAYS}::integer, ${DAYS + 2}::integer)`,
  );
  // Building the index of words at the end takes a third of the time; it is the same index.
  await database.query(sql`drop index middle.execution_text_words`);
  for (let from = 0; from < executions; from += CHUNK) {
    context.progress(`executions from ${from.toLocaleString('en')}`);
    await addExecutions(database, {
      from,
      to: Math.min(from + CHUNK, executions),
      executions,
      accounts,
      workflows: workflows.flat(),
      triggerIds,
      recordSet: customers.id,
    });
  }
  context.progress('executions under way');
  await addOpen(database, accounts, workflows.flat(), triggerIds);
  context.progress('index of words');
  await database.query(sql`create index execution_text_words on middle.execution_text using gin (words)`);
  context.progress('counts over time');
  await addStatistics(database);
  context.progress('vacuum and analyze');
  for (const table of ['execution', 'execution_text', 'step_run', 'execution_open', 'execution_statistic'])
    await database.pool.query(`vacuum analyze middle.${table}`);
  return {
    accountId: account.id,
    connectionId: connection.id,
    workflowIds: workflows[0] ?? [],
    triggerIds,
    seconds: (performance.now() - begun) / 1_000,
  };
}

async function addWorkflows(server: TestServer, accountId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < WORKFLOWS; n += 1) {
    const { id, draftRevision } = await server.client.createWorkflow({
      params: { accountId },
      body: { name: `Workflow ${n}`, draft: DEFINITION },
    });
    await server.client.publishWorkflow({ params: { workflowId: id }, body: { revision: draftRevision } });
    ids.push(id);
  }
  return ids;
}

interface Chunk {
  readonly from: number;
  readonly to: number;
  readonly executions: number;
  readonly accounts: readonly string[];
  readonly workflows: readonly string[];
  readonly triggerIds: readonly string[];
  readonly recordSet: number;
}

/**
 * One transaction: executions of a stretch of time, the words of each, the step runs of one in STEPS_SHARE. 3% failed,
 * 1 in 5,000 was cancelled, 1 in 2,000 was started by a person; the rest by triggers, most for a record.
 */
async function addExecutions(database: Database, chunk: Chunk): Promise<void> {
  const { from, to, executions, accounts, workflows, triggerIds, recordSet } = chunk;
  await database.transaction(async (client) => {
    await client.query(sql`
      create temporary table made on commit drop as
      select n, id, w[1] as word,
        (${accounts}::uuid[])[account] as account_id,
        (${workflows}::uuid[])[(account - 1) * ${WORKFLOWS} + workflow] as workflow_id,
        case when n % 2000 <> 7 then (${triggerIds}::uuid[])[workflow] end as trigger_id,
        case when n % 5000 = 11 then 'cancelled' when n % 33 = 0 then 'failed' else 'succeeded' end as state,
        case when n % 4 <> 3 then 'c' || lpad(floor(random() * ${RECORDS})::text, 6, '0') end as record_id,
        jsonb_build_object('customer', jsonb_build_object('name', w[1] || ' ' || w[2], 'city', w[3]), 'amount', n % 1000,
          'note', array_to_string(w[4:], ' ')) as input,
        w, queued_at, power(random(), 4) * 20000 * interval '1 millisecond' as ran
      from (
        select n, queued_at, (lpad(to_hex(floor(extract(epoch from queued_at) * 1000)::bigint), 12, '0') || '7' ||
            substr(md5(n::text || random()), 1, 3) || 'a' || substr(md5(random()::text), 1, 15))::uuid as id,
          case when random() < 0.6 then 1 else 2 + floor(random() * ${ACCOUNTS - 1})::integer end as account,
          1 + floor(power(random(), 2) * ${WORKFLOWS})::integer as workflow,
          array(select 'w' || floor(power(random(), 3) * ${WORDS})::integer from generate_series(1, 12 + 0 * n)) as w
        from (
          select n::integer, now() - ${DAYS}::integer * interval '1 day' * (1 - n::float8 / ${executions}::float8) as queued_at
          from generate_series(${from}::integer, ${to - 1}::integer) n
        ) moments
      ) random`);
    await client.query(sql`
      insert into middle.execution (id, account_id, workflow_id, version, state, cause, started_by, trigger_id, record_set_id,
        record_id, record_version, input, output, error, ended_in, queued_at, started_at, ended_at, restarts, steps)
      select id, account_id, workflow_id, 1, state, case when trigger_id is null then 'person' else 'trigger' end,
        case when trigger_id is null then 'someone' end, trigger_id, case when record_id is not null then ${recordSet}::integer end,
        record_id, case when record_id is not null then 1 end, input, case when state = 'succeeded' then '{"done": true}'::jsonb end,
        case when state = 'failed' then '{"code": "function_error", "message": "The other system said no", "fault": "developer"}'::jsonb end,
        case when state <> 'succeeded' then 'second' end, queued_at, queued_at + interval '40 milliseconds', queued_at + ran, 0, 3
      from made order by id`);
    await client.query(sql`
      insert into middle.execution_text (id, account_id, workflow_id, words)
      select id, account_id, workflow_id, array_to_tsvector(array(select distinct word from unnest(w ||
        string_to_array(id::text, '-') || array[(n % 1000)::text] ||
        case when record_id is null then '{}' else array[record_id] end ||
        case when state = 'failed' then array['function', 'error', 'the', 'other', 'system', 'said', 'no', 'developer', '#failed'] when state = 'cancelled' then array['#cancelled'] else '{}' end) word))
      from made order by id`);
    await client.query(sql`
      insert into middle.step_run (execution_id, sequence, place, kind, state, input, output, queued_at, started_at, ran_at, stored_at)
      select id, sequence, place, 'set', 'succeeded', input, to_jsonb(sequence), queued_at, queued_at, queued_at, queued_at
      from made, unnest(array['first', 'second', 'third']) with ordinality s(place, sequence)
      where n % ${STEPS_SHARE} = 0 order by id, sequence`);
  });
}

/** Waiting for a day to come, of all accounts. */
async function addOpen(
  database: Database,
  accounts: readonly string[],
  workflows: readonly string[],
  triggerIds: readonly string[],
): Promise<void> {
  await database.query(sql`
    insert into middle.execution_open (id, account_id, workflow_id, version, state, cause, trigger_id, input, next_at)
    select uuidv7(), (${accounts}::uuid[])[account], (${workflows}::uuid[])[(account - 1) * ${WORKFLOWS} + workflow], 1, 'waiting',
      'trigger', (${triggerIds}::uuid[])[workflow], jsonb_build_object('amount', n), now() + interval '1 day'
    from (
      select n, 1 + n % ${ACCOUNTS} as account, 1 + n / ${ACCOUNTS} % ${WORKFLOWS} as workflow
      from generate_series(0, ${OPEN - 1}::integer) n
    ) numbered`);
}

/** As the worker counts them; see core/workflow/durations.ts for the buckets. */
async function addStatistics(database: Database): Promise<void> {
  for (const resolution of ['minute', 'hour']) {
    await database.query(sql`
      insert into middle.execution_statistic (account_id, workflow_id, resolution, at, succeeded, failed, cancelled, ran, waited)
      select account_id, workflow_id, ${resolution}, at, sum(succeeded), sum(failed), sum(cancelled),
        jsonb_object_agg(bucket, executions), jsonb_build_object('22', sum(executions))
      from (
        select account_id, workflow_id, date_trunc(${resolution}::text, ended_at) as at, count(*) as executions,
          1 + floor(4 * log(2, greatest(1, extract(epoch from ended_at - queued_at) * 1000))) as bucket,
          count(*) filter (where state = 'succeeded') as succeeded, count(*) filter (where state = 'failed') as failed,
          count(*) filter (where state = 'cancelled') as cancelled
        from middle.execution
        where ${resolution}::text = 'hour' or ended_at > now() - interval '2 days'
        group by grouping sets ((account_id, workflow_id, at, bucket), (account_id, at, bucket))
      ) counted
      group by account_id, workflow_id, at`);
  }
}
