import sql, { empty, join } from 'sql-template-tag';
import type { Sql } from 'sql-template-tag';
import { wordsOfValues } from '@middle/core/workflow/words.ts';
import type { WordQuery } from '@middle/core/workflow/words.ts';
import type { Queryable } from '../database.ts';

/** Reads executions that ended, and makes them findable by the words of their values and of their steps'. */
export async function indexTexts(db: Queryable, ids: readonly string[]): Promise<void> {
  const texts = await readTexts(db, ids);
  if (texts.length === 0) return;
  const words = texts.map(({ values }) => wordsOfValues(values));
  await db.query(sql`
    insert into middle.execution_text (id, account_id, workflow_id, words)
    select n.id, n.account_id, n.workflow_id,
      array_to_tsvector(array(select distinct word from jsonb_array_elements_text(n.words) word))
    from unnest(${texts.map(({ id }) => id)}::uuid[], ${texts.map(({ accountId }) => accountId)}::uuid[],
      ${texts.map(({ workflowId }) => workflowId)}::uuid[], ${words.map((one) => JSON.stringify(one))}::jsonb[])
      n(id, account_id, workflow_id, words)
    on conflict (id) do nothing`);
}

interface ExecutionText {
  readonly id: string;
  readonly accountId: string;
  readonly workflowId: string;
  readonly values: readonly unknown[];
}

/** Steps of one execution beyond these are not looked through. */
const STEPS_MAX = 100;

async function readTexts(db: Queryable, ids: readonly string[]): Promise<readonly ExecutionText[]> {
  const sorted = [...ids].sort();
  const range = sql`>= ${sorted[0]}::uuid`;
  const { rows } = await db.query<ExecutionText>(sql`
    select e.id, e.account_id as "accountId", e.workflow_id as "workflowId",
      jsonb_build_array(e.id, e.record_id, e.started_by, e.error, e.output, e.input, s.steps) as values
    from middle.execution e
    left join lateral (
      select jsonb_agg(jsonb_build_array(r.error, r.output, r.input) order by r.sequence) as steps
      from middle.step_run r where r.execution_id = e.id and r.sequence <= ${STEPS_MAX}
    ) s on true
    where e.id = any(${ids}::uuid[]) and e.id ${range} and e.id <= ${sorted.at(-1)}::uuid`);
  return rows;
}

/** A shorter beginning is that of thousands of words: beside whole words it is looked for in what those have found. */
const BEGINNING_MIN = 3;

/**
 * The ids of ended executions that have these words.
 * @param where what else holds of their ids
 */
export function textsWith(
  { accountId, workflowId }: { readonly accountId: string; readonly workflowId?: string | undefined },
  { words, beginning }: WordQuery,
  where = sql`true`,
): Sql {
  // Words are letters and digits only, so nothing in them has a meaning to Postgres.
  const whole = words.map((word) => `'${word}'`).join(' & ');
  const begun = beginning === null ? '' : `'${beginning}':*`;
  const isLate = whole !== '' && beginning !== null && beginning.length < BEGINNING_MIN;
  const indexed = isLate ? whole : [whole, begun].filter((part) => part !== '').join(' & ');
  return sql`select id from middle.execution_text
    where account_id = ${accountId} ${workflowId === undefined ? empty : sql`and workflow_id = ${workflowId}`}
      and words @@ ${indexed}::tsquery and ${where}
      ${isLate ? sql`and words || '' @@ ${begun}::tsquery` : empty}`;
}

/** That one under way has them, which is in no index: looked for in its input as it is written, accents and all. */
export function valuesHaveWords({ words, beginning }: WordQuery): Sql {
  const parts = [...words, ...(beginning === null ? [] : [beginning])].map(
    (word) => sql`strpos(lower(input::text || ' ' || coalesce(record_id, '')), ${word}) > 0`,
  );
  return join(parts, ' and ');
}
