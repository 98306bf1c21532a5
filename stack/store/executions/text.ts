import sql, { empty, join } from 'sql-template-tag';
import type { Sql } from 'sql-template-tag';
import { wordsOfValues } from '@middle/core/workflow/words.ts';
import type { WordQuery } from '@middle/core/workflow/words.ts';
import type { Queryable } from '../database.ts';

/** Executions read at once: some 30 MB when all of them are full of text. */
const CHUNK = 200;

/** Reads executions that ended, and makes them findable by the words of their values and of their steps'. */
export async function indexTexts(db: Queryable, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += CHUNK) await indexSome(db, ids.slice(from, from + CHUNK));
}

async function indexSome(db: Queryable, ids: readonly string[]): Promise<void> {
  const texts = await readTexts(db, ids);
  if (texts.length === 0) return;
  const words = texts.map(({ values, state }) => [...wordsOfValues(values), ...markOf(state)]);
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
  readonly state: string;
  readonly values: readonly unknown[];
}

/**
 * Few end badly, so they are found by a word of their own: beside a word that is everywhere it leads straight to them. With
 * its sign it is no word of any text.
 */
const MARKED: ReadonlySet<string> = new Set(['failed', 'cancelled']);
const markOf = (state: string): readonly string[] => (MARKED.has(state) ? [`#${state}`] : []);

/** Steps of one execution beyond these are not looked through, nor those behind so much text. */
const STEPS_MAX = 100;
const BYTES_MAX = 65_536;
/** Longer values are read up to here, names of fields and all. */
const VALUE_MAX = 32_768;

const readable = (column: Sql): Sql =>
  sql`case when octet_length(${column}::text) > ${VALUE_MAX} then to_jsonb(left(${column}::text, ${VALUE_MAX})) else ${column} end`;

async function readTexts(db: Queryable, ids: readonly string[]): Promise<readonly ExecutionText[]> {
  const sorted = [...ids].sort();
  // The range leaves the days out that none of them is of.
  const { rows } = await db.query<ExecutionText>(sql`
    select e.id, e.account_id as "accountId", e.workflow_id as "workflowId", e.state,
      jsonb_build_array(e.id, e.record_id, e.started_by, e.error, ${readable(sql`e.output`)}, ${readable(sql`e.input`)},
        s.steps) as values
    from middle.execution e
    left join lateral (
      select jsonb_agg(jsonb_build_array(r.error, ${readable(sql`r.output`)}, ${readable(sql`r.input`)}) order by r.sequence) as steps
      from (
        select sequence, error, output, input, sum(octet_length(concat(output, input))) over (order by sequence
          rows between unbounded preceding and 1 preceding) as before
        from middle.step_run where execution_id = e.id and sequence <= ${STEPS_MAX}
      ) r where coalesce(r.before, 0) < ${BYTES_MAX}
    ) s on true
    where e.id = any(${ids}::uuid[]) and e.id >= ${sorted[0]}::uuid and e.id <= ${sorted.at(-1)}::uuid`);
  return rows;
}

/** A shorter beginning is that of thousands of words: beside whole words it is looked for in what those have found. */
const BEGINNING_MIN = 4;

interface TextFilter {
  readonly accountId: string;
  readonly workflowId?: string | undefined;
  readonly state?: readonly string[] | undefined;
}

/**
 * The ids of ended executions that have these words.
 * @param where what else holds of their ids
 */
export function textsWith(
  { accountId, workflowId, state }: TextFilter,
  { words, beginning }: WordQuery,
  where = sql`true`,
): Sql {
  // Words are letters and digits only, so nothing in them has a meaning to Postgres.
  const whole = [...words.map((word) => `'${word}'`), ...marksOf(state)].join(' & ');
  const begun = beginning === null ? '' : `'${beginning}':*`;
  const isLate = whole !== '' && beginning !== null && beginning.length < BEGINNING_MIN;
  const indexed = isLate ? whole : [whole, begun].filter((part) => part !== '').join(' & ');
  return sql`select id from middle.execution_text
    where account_id = ${accountId} ${workflowId === undefined ? empty : sql`and workflow_id = ${workflowId}`}
      and words @@ ${indexed}::tsquery and ${where}
      ${isLate ? sql`and words || '' @@ ${begun}::tsquery` : empty}`;
}

/** One term for the states that are marked; none when executions without a mark are meant too. */
function marksOf(states: readonly string[] | undefined): readonly string[] {
  const ended = states?.filter((state) => state === 'succeeded' || MARKED.has(state)) ?? [];
  if (ended.length === 0 || ended.includes('succeeded')) return [];
  return [`(${ended.map((state) => `'#${state}'`).join(' | ')})`];
}

/** That one under way has them, which is in no index: looked for in its input as it is written, accents and all. */
export function valuesHaveWords({ words, beginning }: WordQuery): Sql {
  const parts = [...words, ...(beginning === null ? [] : [beginning])].map(
    (word) => sql`strpos(lower(input::text || ' ' || coalesce(record_id, '')), ${word}) > 0`,
  );
  return join(parts, ' and ');
}
