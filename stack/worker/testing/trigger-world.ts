import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { announceChanges } from '@middle/store/changes.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database, DatabaseAddress } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { only } from '@middle/store/only.ts';
import { storeEmissions } from '@middle/store/record-writes.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { preparePartitions } from '../retention/retention.ts';
import type { TriggerDeps } from '../triggers/deps.ts';

/** Seals nothing: tests read what was sealed. */
export const plainKeys = { seal: (plain: Uint8Array) => Promise.resolve(plain) };

/** Things belong to boxes. */
const THING = {
  key: 'thing',
  title: 'Thing',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'amount', type: 'number', title: 'Amount' },
    { key: 'name', type: 'string', title: 'Name' },
    { key: 'box_id', type: 'foreign_key', references: 'box', title: 'Box' },
  ],
} as const;
const BOX = {
  key: 'box',
  title: 'Box',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'name', type: 'string', title: 'Name' },
  ],
} as const;

/** The inputs of every workflow here; none is needed. */
const INPUTS = [
  { key: 'thing', title: 'Thing', type: { kind: 'any' }, required: false },
  { key: 'before', title: 'Before', type: { kind: 'any' }, required: false },
  { key: 'amount', title: 'Amount', type: { kind: 'number' }, required: false },
  { key: 'secret', title: 'Secret', type: { kind: 'text' }, required: false, protected: true },
];

export interface GivenTrigger {
  readonly workflowId?: string;
  readonly events?: readonly string[];
  readonly input?: Readonly<Record<string, string>>;
  readonly discard?: string | null;
  readonly requeue?: string | null;
  readonly requeueSeconds?: number;
  readonly requeueAttempts?: number;
  readonly schedule?: object;
  readonly nextTickAt?: Date;
  readonly enabled?: boolean;
  readonly recordSet?: number;
}

export interface StartedRow {
  readonly id: string;
  readonly triggerId: string;
  readonly recordId: string | null;
  readonly version: number | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly sealed: Uint8Array | null;
  readonly state: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export type TriggerWorld = Awaited<ReturnType<typeof triggerWorld>>;

/** An account with a connection that has things and boxes, and a published workflow; triggers run only where a test starts them. */
export async function triggerWorld(clock: Clock = systemClock) {
  const cleanup = new AsyncDisposableStack();
  const addresses: { readonly owner: DatabaseAddress; readonly worker: DatabaseAddress } = cleanup.use(
    await testDatabase(),
  );
  const owner = openDatabase(addresses.owner, { max: 3 });
  cleanup.defer(() => owner.close());
  const database = openDatabase(addresses.worker, { max: 6 });
  cleanup.defer(() => database.close());
  const logged: string[] = [];
  const log = ({ message }: { readonly message: string }): void => void logged.push(message);
  await preparePartitions({ database, clock: systemClock });
  const { id, accountId, connectionId, recordSet } = await seed(owner);
  const things = await recordSet(THING);
  const boxes = await recordSet(BOX);
  const workflow = async (name: string, account = accountId): Promise<string> => {
    const definition = workflowDefinitionSchema.parse({ inputs: INPUTS });
    const workflowId = await id(sql`
      insert into middle.workflow (account_id, name, draft_saved_by, version) values (${account}, ${name}, 'test', 1)
      returning id`);
    await owner.query(sql`
      insert into middle.workflow_version (workflow_id, version, definition, published_by)
      values (${workflowId}, 1, ${JSON.stringify(definition)}, 'test')`);
    return workflowId;
  };
  const workflowId = await workflow('main');
  let made = 0;

  return {
    addresses,
    owner,
    database,
    logged,
    accountId,
    connectionId,
    things,
    boxes,
    workflowId,
    recordSet,
    workflow,
    deps: (more: Partial<TriggerDeps> = {}): TriggerDeps & AsyncDisposable => {
      const listener = more.listener ?? openListener(database, log);
      return {
        database,
        listener,
        search: { query: () => Promise.resolve({ hits: [] }) },
        keys: plainKeys,
        clock,
        log,
        worker: 'test',
        leaseSeconds: 20,
        ...more,
        [Symbol.asyncDispose]: () => listener.close(),
      };
    },
    async trigger(given: GivenTrigger = {}): Promise<string> {
      const schedule = given.schedule === undefined ? null : JSON.stringify(given.schedule);
      const isRecord = schedule === null;
      return id(sql`
        insert into middle.trigger (workflow_id, name, kind, enabled, enabled_since, record_set_id, events, schedule,
          next_tick_at, input, discard, requeue, requeue_seconds, requeue_attempts)
        values (${given.workflowId ?? workflowId}, ${`t${(made += 1)}`}, ${isRecord ? 'record' : 'schedule'},
          ${given.enabled ?? true}, '2000-01-01', ${isRecord ? (given.recordSet ?? things) : null},
          ${isRecord ? (given.events ?? ['created', 'updated']) : []}, ${schedule}, ${given.nextTickAt ?? null},
          ${JSON.stringify(given.input ?? {})}, ${given.discard ?? null}, ${given.requeue ?? null},
          ${given.requeueSeconds ?? 60}, ${given.requeueAttempts ?? 10})
        returning id`);
    },
    ...writes(database),
    ...reads(owner),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

/** What the API would have made; needs the owner's rights. */
async function seed(owner: Database) {
  const id = async (statement: ReturnType<typeof sql>): Promise<string> =>
    only((await owner.query<{ id: string }>(statement)).rows).id;
  const accountId = await id(
    sql`insert into middle.account (key, name) values ('main', 'Main') returning id`,
  );
  const appId = await id(sql`insert into middle.app (key, name) values ('app', 'App') returning id`);
  const versionId = await id(sql`
    insert into middle.app_version (app_id, version, manifest, digest, pushed_by) values (${appId}, '1', '{}', '', 'test')
    returning id`);
  const connectionId = await id(sql`
    insert into middle.connection (account_id, app_id, app_version_id, name)
    values (${accountId}, ${appId}, ${versionId}, 'Main') returning id`);
  const recordSet = async (definition: { readonly key: string }): Promise<number> => {
    const { rows } = await owner.query<{ id: number }>(sql`
      insert into middle.record_set (connection_id, record_type, definition)
      values (${connectionId}, ${definition.key}, ${JSON.stringify(definition)}) returning id`);
    const set = only(rows).id;
    await owner.query(sql`select middle.add_record_set_partition(${set})`);
    return set;
  };
  return { id, accountId, connectionId, recordSet };
}

function reads(owner: Database) {
  return {
    /** Under way and ended ones, in the order in which they were written. */
    async started(): Promise<readonly StartedRow[]> {
      const { rows } = await owner.query<StartedRow>(sql`
        select id, trigger_id as "triggerId", record_id as "recordId", record_version as version, input, sealed, 'open' as state,
          null::jsonb as error from middle.execution_open where cause = 'trigger'
        union all
        select id, trigger_id, record_id, record_version, input, sealed, state, error from middle.execution
        where cause = 'trigger' order by id`);
      return rows;
    },
    async counts(triggerId: string): Promise<Readonly<Record<string, number>>> {
      const { rows } = await owner.query<Record<string, number>>(sql`
        select coalesce(sum(started), 0)::integer as started, coalesce(sum(discarded), 0)::integer as discarded,
          coalesce(sum(requeued), 0)::integer as requeued, coalesce(sum(gave_up), 0)::integer as "gaveUp",
          coalesce(sum(failed), 0)::integer as failed from middle.trigger_count where trigger_id = ${triggerId}`);
      return only(rows);
    },
    /** Whether every change was taken from the outbox and decided on. */
    async isEven(): Promise<boolean> {
      const { rows } = await owner.query<{ even: boolean }>(sql`
        select not exists (select from middle.trigger_backlog) and not exists (
          select from middle.change_batch b where (b.xact, b.position) > coalesce(
            (select row(xact, position) from middle.change_consumer where name = 'triggers'), row('0'::xid8, 0::bigint))
        ) as even`);
      return only(rows).even;
    },
  };
}

function writes(database: Database) {
  return {
    /** Stores records as the intake does: the change and its line in the outbox in one transaction. */
    async store(set: number, records: readonly { readonly id: string }[]): Promise<void> {
      const invocationId = uuidv7(new Date());
      const startedAt = new Date();
      const emissions = records.map((record, sequence) => {
        const text = JSON.stringify(record);
        const digest = createHash('sha256').update(text).digest('hex').slice(0, 32);
        return { id: record.id, text, digest, origin: { startedAt, sequence }, invocationId };
      });
      await database.transaction(async (client) => {
        const stored = await storeEmissions(client, set, emissions);
        await announceChanges(client, { recordSetId: set, invocationId, ...stored, deleted: [] });
      });
    },
    async remove(set: number, ids: readonly string[]): Promise<void> {
      await database.transaction(async (client) => {
        await client.query(sql`
          update middle.record set deleted_at = now(), version = version + 1
          where record_set_id = ${set} and id = any(${ids}::text[])`);
        const none = { created: [], updated: [], updatedVersions: [] };
        await announceChanges(client, {
          recordSetId: set,
          invocationId: '01938f6e-0000-7000-8000-000000000000',
          ...none,
          deleted: ids,
        });
      });
    },
  };
}
