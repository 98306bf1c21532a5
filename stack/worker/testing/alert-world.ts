import sql from 'sql-template-tag';
import type { MachineStatus } from '@middle/cloud/ports/machine.ts';
import type { QueueStats } from '@middle/cloud/ports/queue.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { AlertKind } from '@middle/core/alert/kinds.ts';
import { insertChannel } from '@middle/store/alerts/channels.ts';
import { noteOutcomes } from '@middle/store/alerts/failures.ts';
import { writeMailServer } from '@middle/store/alerts/mail-server.ts';
import { writeRule } from '@middle/store/alerts/rules.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { only } from '@middle/store/only.ts';
import { writePublicUrl } from '@middle/store/public-url.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import type { AlertDeps } from '../alerts/deps.ts';
import { preparePartitions } from '../retention/retention.ts';
import { MAIL_PASSWORD, openMailServers, openReceiver } from './alert-receivers.ts';
import type { Mail, Receiver } from './alert-receivers.ts';

const START = new Date('2026-05-01T10:00:00Z');

type ChannelChoices = Partial<Omit<Parameters<typeof insertChannel>[1], 'kind' | 'secret'>> & {
  readonly kind: 'email' | 'webhook';
  readonly secret?: string;
  readonly privateAddresses?: boolean;
};

/** A database with one account, a clock that stands, a mail server and receivers on loopback. */
export interface AlertWorld extends AsyncDisposable {
  readonly database: Database;
  readonly owner: Database;
  readonly deps: AlertDeps;
  readonly accountId: string;
  readonly queues: Map<string, QueueStats>;
  /** What the supervisor tells; null: nothing. */
  readonly machine: { status: MachineStatus | null };
  readonly mails: readonly Mail[];
  now(): Date;
  pass(minutes: number): void;
  /** As new: nothing but the account, and the clock at its start. */
  reset(): Promise<void>;
  account(key: string): Promise<string>;
  workflow(name: string, accountId?: string): Promise<string>;
  connection(name: string): Promise<string>;
  person(name: string, role: string, isMember: boolean): Promise<string>;
  /** Of its syncs a complete one, with so many failed runs. */
  failedRuns(connectionId: string, count: number): Promise<void>;
  /** An execution that ended now. */
  ended(
    workflowId: string,
    state: 'succeeded' | 'failed',
    error?: string,
    isNoted?: boolean,
  ): Promise<string>;
  rule(
    kind: AlertKind,
    enabled: boolean,
    thresholds: Readonly<Record<string, number>>,
    accountId?: string | null,
  ): Promise<void>;
  channel(choices: ChannelChoices): Promise<string>;
  receiver(): Promise<Receiver>;
  mailServer(change?: {
    readonly password?: string;
    readonly tls?: 'starttls' | 'none';
    readonly port?: number;
    readonly insecure?: boolean;
  }): Promise<void>;
}

export async function alertWorld(): Promise<AlertWorld> {
  const cleanup = new AsyncDisposableStack();
  const addresses = cleanup.use(await testDatabase());
  const owner = openDatabase(addresses.owner, { max: 2 });
  cleanup.defer(() => owner.close());
  const database = openDatabase(addresses.worker, { max: 6 });
  cleanup.defer(() => database.close());
  let now = START;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const queues = new Map<string, QueueStats>();
  const machine: AlertWorld['machine'] = { status: null };
  await preparePartitions({ database, clock });
  const one = async (statement: ReturnType<typeof sql>): Promise<string> =>
    only((await owner.query<{ id: string }>(statement)).rows).id;
  const account = (key: string): Promise<string> =>
    one(sql`insert into middle.account (key, name) values (${key}, initcap(${key})) returning id`);
  const accountId = await account('main');
  const mails: Mail[] = [];
  const smtp = await openMailServers(mails, cleanup);

  return {
    database: owner,
    owner,
    accountId,
    queues,
    machine,
    mails,
    deps: {
      database,
      queues: {
        list: () => Promise.resolve([...queues.keys()]),
        open: (key) => ({ stats: () => Promise.resolve(queues.get(key) ?? emptyStats()) }),
      },
      machine: { status: () => Promise.resolve(machine.status) },
      keys: { open: (sealed) => Promise.resolve(sealed) },
      clock,
      log: () => {},
    },
    now: () => now,
    pass(minutes) {
      now = new Date(now.getTime() + minutes * 60_000);
    },
    async reset() {
      now = START;
      queues.clear();
      machine.status = null;
      mails.length = 0;
      await owner.query(sql`
        truncate middle.alert, middle.alert_rule, middle.alert_channel, middle.setting, middle.execution, middle.execution_open,
          middle.workflow_failure, middle.workflow_failure_minute, middle.workflow, middle.connection cascade`);
      await owner.query(sql`delete from middle.account where id <> ${accountId}`);
      await owner.query(sql`update middle.account set enabled = true`);
      await writePublicUrl(owner, 'http://127.0.0.1:4400/');
    },
    account,
    ...makersOf({ owner, database, accountId, one, now: () => now }),
    rule: (kind, enabled, thresholds, of = accountId) => writeRule(owner, of, { kind, enabled, thresholds }),
    receiver: () => openReceiver(cleanup),
    async mailServer({ password = MAIL_PASSWORD, tls = 'none', port, insecure = false } = {}) {
      await writeMailServer(owner, {
        server: {
          host: '127.0.0.1',
          port: port ?? (insecure ? smtp.selfSigned : smtp.plain),
          tls,
          user: 'middle',
          from: 'middle@example.com',
        },
        password: Buffer.from(password),
      });
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

interface MakersDeps {
  readonly owner: Database;
  readonly database: Database;
  readonly accountId: string;
  readonly one: (statement: ReturnType<typeof sql>) => Promise<string>;
  readonly now: () => Date;
}

type Makers = Pick<AlertWorld, 'workflow' | 'connection' | 'person' | 'failedRuns' | 'ended' | 'channel'>;

function makersOf({ owner, database, accountId, one, now }: MakersDeps): Makers {
  let channels = 0;
  return {
    async channel({ secret = 'secret', privateAddresses = false, ...choices }) {
      const id = await insertChannel(owner, {
        accountId,
        name: `channel ${(channels += 1)}`,
        enabled: true,
        kinds: null,
        everyAccount: false,
        people: [],
        addresses: [],
        url: null,
        groupSeconds: 300,
        perHour: 12,
        createdBy: 'test',
        createdAt: now(),
        ...choices,
        secret: choices.kind === 'webhook' ? Buffer.from(secret) : null,
      });
      await owner.query(sql`
        update middle.alert_channel set private_addresses = ${privateAddresses} where id = ${id}`);
      return id;
    },
    workflow: (name, ofAccount = accountId) =>
      one(sql`
        insert into middle.workflow (account_id, name, draft_saved_by, version) values (${ofAccount}, ${name}, 'test', 1)
        returning id`),
    connection: (name) =>
      one(sql`
        with app as (
          insert into middle.app (key, name) values ('shop', 'Shop') on conflict (key) do update set name = 'Shop' returning id
        ), version as (
          insert into middle.app_version (app_id, version, manifest, digest, pushed_by)
          select id, '1', '{}', '', 'test' from app
          on conflict (app_id, version) do update set digest = '' returning id, app_id
        )
        insert into middle.connection (account_id, app_id, app_version_id, name)
        select ${accountId}, app_id, id, ${name} from version returning id`),
    async person(name, role, isMember) {
      const email = `${name}@example.com`;
      const id = await one(sql`
        insert into auth."user" (name, email, role) values (${name}, ${email}, ${role}) returning id`);
      if (isMember) {
        await owner.query(sql`
          insert into auth.membership (person_id, account_id, role) values (${id}, ${accountId}, 'full')`);
      }
      return id;
    },
    async failedRuns(connectionId, count) {
      await owner.query(sql`
        with added as (
          insert into middle.record_set (connection_id, record_type, definition) values (${connectionId}, 'sale', '{}') returning id
        ), sync as (
          insert into middle.sync (record_set_id, kind, function_key, enabled) select id, 'complete', 'all', true from added
          returning id, record_set_id
        )
        insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, input, state, ended_at, error)
        select id, record_set_id, ${connectionId}, 'complete', 'person', '{}', 'failed', ${now()}, '{"message": "no answer"}'
        from sync, generate_series(1, ${count})`);
    },
    async ended(workflowId, state, error = 'it failed', isNoted = true) {
      const id = uuidv7(now());
      await owner.query(sql`
        insert into middle.execution (id, account_id, workflow_id, version, state, cause, input, error, queued_at, ended_at,
          restarts, steps)
        select ${id}, account_id, id, 1, ${state}, 'person', '{}',
          ${state === 'failed' ? JSON.stringify({ code: 'function_error', message: error }) : null}::jsonb, ${now()}, ${now()}, 0, 1
        from middle.workflow where id = ${workflowId}`);
      if (isNoted) await database.transaction((client) => noteOutcomes(client, [id]));
      return id;
    },
  };
}

function emptyStats(): QueueStats {
  return { visible: 0, inFlight: 0, delayed: 0, dead: 0, oldestAgeSeconds: null };
}
