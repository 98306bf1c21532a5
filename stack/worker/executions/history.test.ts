import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as fc from 'fast-check';
import sql from 'sql-template-tag';
import { endExecutions } from '@middle/store/executions/commit.ts';
import { listExecutions } from '@middle/store/executions/history.ts';
import type { ExecutionFilter } from '@middle/store/executions/history.ts';
import { addDayPartitions } from '@middle/store/retention.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { executionWorld } from '../testing/execution-world.ts';
import type { ExecutionWorld } from '../testing/execution-world.ts';
import { oldTransactionsOver } from '../testing/horizon.ts';
import { seedRecordSet } from '../testing/seed.ts';
import { followOnce } from './followers.ts';
import { textIndex } from './text-index.ts';

const DAY = 86_400_000;
const DAYS = 35;
const EXECUTIONS = 400;
const DEFINITION = {
  variables: [{ key: 'x', title: 'X', type: { kind: 'number' }, initial: '0' }],
  steps: [{ kind: 'set', key: 'a', title: 'A', variable: 'x', value: '1' }],
};
const WORDS = ['alpha', 'alpine', 'beta', 'gamma', 'delta'];
const CAUSES = ['trigger', 'person', 'api'] as const;
const TRIGGERS = [crypto.randomUUID(), crypto.randomUUID()];
const RECORDS = ['r1', 'r2', 'r3'];
const ENDS = ['succeeded', 'succeeded', 'succeeded', 'failed', 'cancelled'] as const;

interface Made {
  readonly id: string;
  readonly accountId: string;
  readonly workflowId: string;
  readonly cause: (typeof CAUSES)[number];
  readonly triggerId: string | null;
  readonly recordId: string | null;
  readonly words: readonly string[];
  readonly at: number;
  state: 'ready' | (typeof ENDS)[number];
}

/** One of a list by a number, so that every run of the test has the same executions. */
const nth = <Item>(items: readonly Item[], n: number): Item => {
  const item = items[n % items.length];
  assert.ok(item !== undefined);
  return item;
};

describe('history of executions', () => {
  let world: ExecutionWorld;
  let made: Made[];
  let workflows: string[];
  let connectionId: string;
  let accountId: string;
  const now = Date.now();

  before(async () => {
    world = await executionWorld();
    const { owner, database } = world;
    const seeded = await seedRecordSet(owner);
    ({ connectionId } = seeded);
    const { rows } = await owner.query<{ id: string }>(
      sql`select account_id as id from middle.connection where id = ${connectionId}`,
    );
    accountId = nth(rows, 0).id;
    workflows = [];
    for (let n = 0; n < 3; n += 1) workflows.push(await world.workflow(DEFINITION, { account: accountId }));
    const elsewhere = await world.workflow(DEFINITION);
    // The oldest are of days that have no partition of their own.
    await addDayPartitions(database, new Date(now - (DAYS - 3) * DAY), DAYS - 1);
    made = Array.from({ length: EXECUTIONS }, (_, n) => {
      const isOther = n % 7 === 3;
      const cause = nth(CAUSES, Math.floor(n / 2));
      const at = Math.floor(now - DAYS * DAY * (n / EXECUTIONS) ** 3);
      return {
        id: uuidv7(new Date(at)),
        accountId: isOther ? world.accountId : accountId,
        workflowId: isOther ? elsewhere : nth(workflows, n * n),
        cause,
        triggerId: cause === 'trigger' ? nth(TRIGGERS, Math.floor(n / 3)) : null,
        recordId: n % 4 === 1 && !isOther ? nth(RECORDS, n) : null,
        words: [nth(WORDS, n), nth(WORDS, n * n + 2)],
        at,
        state: 'ready' as const,
      };
    });
    for (const one of made) {
      await owner.query(sql`
        insert into middle.execution_open (id, account_id, workflow_id, version, cause, trigger_id, record_set_id, record_id, input)
        values (${one.id}, ${one.accountId}, ${one.workflowId}, 1, ${one.cause}, ${one.triggerId},
          ${one.recordId === null ? null : seeded.recordSet}, ${one.recordId}, ${JSON.stringify({ note: one.words.join(' ') })})`);
    }
    await end(made.filter((_, n) => n % 3 !== 0));
  });
  after(() => world[Symbol.asyncDispose]());

  async function end(ones: readonly Made[]): Promise<void> {
    for (const [n, one] of ones.entries()) one.state = nth(ENDS, n);
    await world.database.transaction((client) =>
      endExecutions(
        client,
        ones.map(({ id, state }) => ({
          id,
          state: state === 'ready' ? 'succeeded' : state,
          output: null,
          error: null,
          endedIn: null,
          steps: 0,
        })),
      ),
    );
    await oldTransactionsOver(world.database);
    while (await followOnce(world.database, textIndex));
  }

  /** Page by page; between two pages `between` is called. */
  async function all(
    filter: ExecutionFilter,
    limit: number,
    between: () => Promise<void>,
  ): Promise<readonly string[]> {
    const ids: string[] = [];
    let page: readonly { readonly id: string }[];
    do {
      page = await listExecutions(world.database, filter, { limit, after: ids.at(-1) });
      ids.push(...page.map(({ id }) => id));
      await between();
    } while (page.length === limit);
    return ids;
  }

  /** What the filter means, said once more. Words are of ASCII letters here. */
  function meant(filter: ExecutionFilter): readonly string[] {
    const words = (filter.text ?? '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    const isOpenEnded = /\S$/.test(filter.text ?? '');
    return made
      .filter(
        (one) =>
          one.accountId === filter.accountId &&
          (filter.workflowId ?? one.workflowId) === one.workflowId &&
          (filter.triggerId ?? one.triggerId) === one.triggerId &&
          (filter.cause ?? one.cause) === one.cause &&
          (filter.recordId ?? one.recordId) === one.recordId &&
          (filter.connectionId === undefined || one.recordId !== null) &&
          (filter.state === undefined || filter.state.includes(one.state)) &&
          (filter.from === undefined || one.at >= filter.from.getTime()) &&
          (filter.to === undefined || one.at < filter.to.getTime()) &&
          words.every((word, n) =>
            one.words.some((own) =>
              n === words.length - 1 && isOpenEnded ? own.startsWith(word) : own === word,
            ),
          ),
      )
      .map(({ id }) => id)
      .sort()
      .reverse();
  }

  const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 3 });
  const moment = fc.integer({ min: 0, max: DAYS * DAY }).map((back) => new Date(now - back));
  const filters = fc.record(
    {
      workflowId: fc.nat(2).map((n) => () => nth(workflows, n)),
      triggerId: fc.constantFrom(...TRIGGERS),
      cause: fc.constantFrom(...CAUSES),
      recordId: fc.constantFrom(...RECORDS),
      isOfConnection: fc.boolean(),
      from: moment,
      to: moment,
      text: fc.constantFrom('alpha ', 'al', 'beta', 'beta al', 'gamma delta ', 'alpine g', 'nowhere ', 'del'),
      limit: fc.integer({ min: 1, max: 60 }),
      ends: fc.boolean(),
    },
    { requiredKeys: ['limit', 'ends'] },
  );

  test('any filter gives what it means, in order, page by page, while executions end between pages', async () => {
    let open = made.filter(({ state }) => state === 'ready');
    await fc.assert(
      fc.asyncProperty(
        filters,
        optional(fc.constantFrom(...ENDS, 'ready' as const)),
        async (drawn, state) => {
          const { limit, ends, isOfConnection = false, workflowId, ...rest } = drawn;
          const filter: ExecutionFilter = {
            accountId,
            ...rest,
            ...(workflowId !== undefined && { workflowId: workflowId() }),
            ...(isOfConnection && { connectionId }),
            ...(state !== undefined && { state: [state] }),
          };
          const isMoving = ends && state === undefined;
          const ids = await all(filter, limit, async () => {
            if (!isMoving || open.length === 0) return;
            // Of all times, so behind and before the place where the page ended.
            const going = nth(open, limit * 31);
            open = open.filter((one) => one !== going);
            await end([going]);
          });
          assert.deepEqual(ids, meant(filter));
        },
      ),
      { numRuns: 120 },
    );
    assert.ok(open.length < EXECUTIONS / 3, 'some have ended meanwhile');
  });
});
