import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { Blobs } from '@middle/cloud/ports/blobs.ts';
import type { Functions } from '@middle/cloud/ports/functions.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database, DatabaseAddress } from '@middle/store/database.ts';
import { announceExecutions, startExecutions } from '@middle/store/executions/start.ts';
import type { NewExecution } from '@middle/store/executions/start.ts';
import { openListener } from '@middle/store/listen.ts';
import { only } from '@middle/store/only.ts';
import { startExecutor } from '../executions/executor.ts';
import type { ExecutorDeps } from '../executions/executor.ts';
import { createExpressions } from '../executions/expressions.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { preparePartitions } from '../retention/retention.ts';

const NO_FUNCTIONS: Functions = {
  invoke: () => Promise.reject(new Error('no functions here')),
  describe: () => Promise.resolve({ engines: [], launcher: 'none' }),
  close: () => Promise.resolve(),
};
/** Where no step writes a file. */
const NO_BLOBS: Blobs = {
  put: () => Promise.reject(new Error('no blobs here')),
  get: () => Promise.resolve(null),
  delete: () => Promise.resolve(),
  list: () => Promise.resolve({ blobs: [], next: null }),
};
const NO_SEARCH = {
  query: () => Promise.resolve({ hits: [], next: null, total: { count: 0, exact: true } }),
};
const plainKeys = {
  derive: () => Promise.resolve(Buffer.alloc(32, 1)),
  seal: (plain: Uint8Array) => Promise.resolve(plain),
  open: (sealed: Uint8Array) => Promise.resolve(sealed),
};

/** What an executor needs beside its database: nothing outside, and keys that hide nothing. */
export function bareDeps(database: Database) {
  return {
    expressions: createExpressions({ database, search: NO_SEARCH }),
    keys: plainKeys,
    tokens: { fetch: () => Promise.reject(new Error('no tokens here')), close: (): void => {} },
    functions: NO_FUNCTIONS,
    blobs: NO_BLOBS,
  };
}

export interface ExecutionWorld extends AsyncDisposable {
  readonly addresses: { readonly owner: DatabaseAddress; readonly worker: DatabaseAddress };
  readonly database: Database;
  readonly owner: Database;
  readonly accountId: string;
  account(key: string): Promise<string>;
  /** Publishes a workflow. */
  workflow(definition: object, options?: WorkflowOptions): Promise<string>;
  start(workflowId: string, input?: object, more?: Partial<NewExecution>): Promise<string>;
  executor(options?: Partial<ExecutorDeps>): { stop(): Promise<void> };
  /** Resolves with the row of the ended execution. */
  ended(id: string): Promise<EndedRow>;
  steps(id: string): Promise<readonly StepRow[]>;
}

interface WorkflowOptions {
  readonly account?: string;
  readonly atOnce?: number;
  readonly bindings?: Readonly<Record<string, string>>;
}

interface StepRow {
  readonly place: string;
  readonly state: string;
  readonly output: unknown;
  readonly branch: string | null;
}

export interface EndedRow {
  readonly state: string;
  readonly output: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly endedIn: string | null;
  readonly restarts: number;
  readonly steps: number;
}

const silent = (): void => {};

export async function executionWorld(): Promise<ExecutionWorld> {
  const cleanup = new AsyncDisposableStack();
  const addresses = cleanup.use(await testDatabase());
  const owner = openDatabase(addresses.owner, { max: 3 });
  cleanup.defer(() => owner.close());
  const database = openDatabase(addresses.worker, { max: 10 });
  cleanup.defer(() => database.close());
  const listener = openListener(database, silent);
  cleanup.defer(() => listener.close());
  await preparePartitions({ database, clock: systemClock });
  const one = async (statement: ReturnType<typeof sql>): Promise<string> =>
    only((await owner.query<{ id: string }>(statement)).rows).id;
  const account = (key: string): Promise<string> =>
    one(sql`insert into middle.account (key, name) values (${key}, ${key}) returning id`);
  const accountId = await account('main');
  let workflows = 0;

  return {
    addresses,
    database,
    owner,
    accountId,
    account,
    async workflow(definition, options = {}) {
      const parsed = workflowDefinitionSchema.parse(definition);
      const id = await one(sql`
        insert into middle.workflow (account_id, name, draft_saved_by, version, at_once, bindings)
        values (${options.account ?? accountId}, ${`w${(workflows += 1)}`}, 'test', 1, ${options.atOnce ?? null},
          ${JSON.stringify(options.bindings ?? {})})
        returning id`);
      await owner.query(sql`
        insert into middle.workflow_version (workflow_id, version, definition, published_by)
        values (${id}, 1, ${JSON.stringify(parsed)}, 'test')`);
      return id;
    },
    async start(workflowId, input = {}, more = {}) {
      const id = uuidv7(new Date());
      const execution: NewExecution = {
        id,
        workflowId,
        version: 1,
        cause: 'person',
        input: { ...input },
        ...more,
      };
      await startExecutions(database, [execution]);
      await announceExecutions(database);
      return execution.id;
    },
    executor(options = {}) {
      const executor = startExecutor({
        ...bareDeps(database),
        database,
        listener,
        clock: systemClock,
        log: silent,
        worker: 'test',
        // A slow disk must not take executions from the only executor; who tests that says how long its lease is.
        leaseSeconds: 60,
        ...options,
      });
      cleanup.defer(() => executor.stop());
      return executor;
    },
    ended: (id) => endedRow(owner, id),
    steps: (id) => stepRuns(owner, id),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

async function endedRow(db: Database, id: string): Promise<EndedRow> {
  for (;;) {
    const { rows } = await db.query<EndedRow>(sql`
      select state, output, error, ended_in as "endedIn", restarts, steps from middle.execution where id = ${id}`);
    if (rows[0] !== undefined) return rows[0];
    await sleep(5);
  }
}

async function stepRuns(db: Database, id: string): Promise<readonly StepRow[]> {
  const { rows } = await db.query<StepRow>(sql`
    select place, state, output, branch from middle.step_run where execution_id = ${id} order by sequence`);
  return rows;
}
