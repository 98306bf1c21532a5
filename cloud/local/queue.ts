import sql, { empty, join } from 'sql-template-tag';
import type { Sql } from 'sql-template-tag';
import { MiddleError } from '@middle/core/errors.ts';
import type { Queryable } from '@middle/store/database.ts';
import type { Clock } from '../ports/clock.ts';
import { DEAD_LETTER_LIMITS, QUEUE_LIMITS } from '../ports/queue.ts';
import type {
  DeadLetter,
  OutgoingMessage,
  QueueStats,
  Queues,
  ReceivedMessage,
  ReceiveOptions,
} from '../ports/queue.ts';

export interface LocalQueuesOptions {
  readonly database: Queryable;
  readonly clock: Clock;
  /** Hears `middle_queue` with the app's key; without it receivers poll. */
  readonly listener?: { on(channel: 'middle_queue', heard: (app: string) => void): () => void };
  /** A message received this often and never deleted goes to the dead letters. */
  readonly maxReceives?: number;
}

export interface LocalQueues extends Queues {
  /** Sends within a transaction of the caller's: the messages exist when it commits. */
  sendIn(client: Queryable, app: string, messages: readonly OutgoingMessage[]): Promise<void>;
}

/** Finds delayed and abandoned messages that no notification announces. */
const POLL_MILLISECONDS = 1_000;

/** The queues of a stack's apps on its Postgres (migrations/0001_queue.sql). */
export function localQueues(options: LocalQueuesOptions): LocalQueues {
  const { database, clock } = options;
  const maxReceives = options.maxReceives ?? DEAD_LETTER_LIMITS.maxReceives;
  const known = new Set<string>();

  const ensure = async (client: Queryable, app: string): Promise<void> => {
    if (known.has(app)) return;
    await client.query(sql`insert into queue.queue (app) values (${app}) on conflict do nothing`);
    // Only what is committed may be remembered.
    if (client === database) known.add(app);
  };

  const sendIn = async (
    client: Queryable,
    app: string,
    messages: readonly OutgoingMessage[],
  ): Promise<void> => {
    checkBatch(messages);
    await ensure(client, app);
    await client.query(insertion(app, messages, clock.now()));
  };

  return {
    sendIn,
    async list() {
      const { rows } = await database.query<{ app: string }>(sql`select app from queue.queue order by app`);
      return rows.map((row) => row.app);
    },
    open: (app) => ({
      name: app,
      send: (messages) => sendIn(database, app, messages),
      receive: (receive) => receiveWaiting({ ...options, maxReceives }, app, receive),
      extend: (receipt, seconds) => extend(database, clock, app, receipt, seconds),
      delete: (receipts) => remove(database, app, receipts),
      reject: (receipt, reason) => reject(database, clock, app, receipt, reason),
      stats: () => stats(database, clock, app),
      deadLetters: (page) => deadLetters(database, app, page),
      redrive: (ids) => redrive(database, clock, app, ids),
      deleteDead: (ids) => deleteDead(database, app, ids),
    }),
  };
}

function limit(message: string, data: Record<string, unknown>): MiddleError {
  return new MiddleError('queue_limit', message, { data });
}

function checkBatch(messages: readonly OutgoingMessage[]): void {
  if (messages.length === 0 || messages.length > QUEUE_LIMITS.batchMaxMessages) {
    throw limit(`A batch has 1 to ${QUEUE_LIMITS.batchMaxMessages} messages, not ${messages.length}.`, {
      messages: messages.length,
    });
  }
  let bytes = 0;
  for (const { body, delaySeconds = 0 } of messages) {
    bytes += body.byteLength;
    if (body.byteLength === 0 || body.byteLength > QUEUE_LIMITS.messageMaxBytes) {
      throw limit(`A message has 1 to ${QUEUE_LIMITS.messageMaxBytes} bytes, not ${body.byteLength}.`, {
        bytes: body.byteLength,
      });
    }
    checkSeconds('delay', delaySeconds, QUEUE_LIMITS.delayMaxSeconds);
  }
  if (bytes > QUEUE_LIMITS.batchMaxBytes) {
    throw limit(`A batch has at most ${QUEUE_LIMITS.batchMaxBytes} bytes, not ${bytes}.`, { bytes });
  }
}

function checkSeconds(what: string, seconds: number, most: number): void {
  if (!(seconds >= 0 && seconds <= most)) {
    throw limit(`The ${what} is 0 to ${most} seconds, not ${seconds}.`, { seconds });
  }
}

function later(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}

function insertion(app: string, messages: readonly OutgoingMessage[], now: Date): Sql {
  const rows = messages.map(
    ({ body, delaySeconds = 0 }) =>
      sql`(${app}::text, ${Buffer.from(body.buffer, body.byteOffset, body.byteLength)}::bytea, ${now}::timestamptz, ${later(now, delaySeconds)}::timestamptz)`,
  );
  return sql`with sent as (insert into queue.message (app, body, sent_at, visible_at) values ${join(rows)})
    select pg_notify('middle_queue', ${app})`;
}

interface MessageRow {
  id: string;
  receipt: string;
  body: Buffer;
  receive_count: number;
  sent_at: Date;
}

async function receiveNow(
  { database, clock, maxReceives }: { database: Queryable; clock: Clock; maxReceives: number },
  app: string,
  { max, visibilitySeconds }: ReceiveOptions,
): Promise<readonly ReceivedMessage[]> {
  const now = clock.now();
  const { rows } = await database.query<MessageRow>(sql`
    with due as (
      select id, receive_count from queue.message
      where app = ${app} and visible_at <= ${now}
      order by visible_at, id limit ${max} for update skip locked
    ), spent as (
      delete from queue.message m using due
      where m.id = due.id and due.receive_count >= ${maxReceives}
      returning m.id, m.app, m.body, m.sent_at, m.receive_count
    ), died as (
      insert into queue.dead_letter (id, app, body, sent_at, receive_count, reason_code, reason_message, died_at)
      select id, app, body, sent_at, receive_count, 'received_too_often',
        'Received ' || receive_count || ' times and never stored: each attempt failed or took too long.', ${now}
      from spent
    )
    update queue.message m set
      receive_count = m.receive_count + 1,
      visible_at = ${later(now, visibilitySeconds)},
      receipt = gen_random_uuid()
    from due where m.id = due.id and due.receive_count < ${maxReceives}
    returning m.id, m.receipt, m.body, m.receive_count, m.sent_at`);
  return rows
    .sort((a, b) => Number(a.id) - Number(b.id))
    .map((row) => ({
      id: row.id,
      receipt: `${row.id}.${row.receipt}`,
      body: row.body,
      receiveCount: row.receive_count,
      sentAt: row.sent_at,
    }));
}

async function receiveWaiting(
  options: LocalQueuesOptions & { readonly maxReceives: number },
  app: string,
  receive: ReceiveOptions,
): Promise<readonly ReceivedMessage[]> {
  if (!(receive.max >= 1 && receive.max <= QUEUE_LIMITS.receiveMaxMessages)) {
    throw limit(`A receive asks for 1 to ${QUEUE_LIMITS.receiveMaxMessages} messages, not ${receive.max}.`, {
      max: receive.max,
    });
  }
  checkSeconds('wait', receive.waitSeconds, QUEUE_LIMITS.waitMaxSeconds);
  checkSeconds('visibility timeout', receive.visibilitySeconds, QUEUE_LIMITS.visibilityMaxSeconds);
  const { clock, listener } = options;
  const until = later(clock.now(), receive.waitSeconds).getTime();
  let woken = false;
  let wake = (): void => {
    woken = true;
  };
  const stopHearing = listener?.on('middle_queue', (heard) => {
    if (heard === app || heard === '') wake();
  });
  try {
    for (;;) {
      woken = false;
      const messages = await receiveNow(options, app, receive);
      const left = until - clock.now().getTime();
      if (messages.length > 0 || left <= 0 || receive.signal?.aborted === true) return messages;
      if (woken) continue; // a message came between the look and now
      const over = new AbortController();
      wake = () => {
        woken = true;
        over.abort();
      };
      const signal =
        receive.signal === undefined ? over.signal : AbortSignal.any([over.signal, receive.signal]);
      await clock.sleep(Math.min(left, POLL_MILLISECONDS), signal);
    }
  } finally {
    stopHearing?.();
  }
}

const RECEIPT = /^(\d{1,18})\.([0-9a-f-]{36})$/;

function readReceipt(receipt: string): { id: string; receipt: string } {
  const [, id, uuid] = RECEIPT.exec(receipt) ?? [];
  if (id === undefined || uuid === undefined) {
    throw new MiddleError('receipt_stale', `"${receipt.slice(0, 60)}" is no receipt of this queue.`);
  }
  return { id, receipt: uuid };
}

function stale(): MiddleError {
  return new MiddleError('receipt_stale', 'The message was received again by another, or deleted.');
}

async function extend(
  database: Queryable,
  clock: Clock,
  app: string,
  text: string,
  seconds: number,
): Promise<void> {
  checkSeconds('visibility timeout', seconds, QUEUE_LIMITS.visibilityMaxSeconds);
  const { id, receipt } = readReceipt(text);
  const now = clock.now();
  const { rowCount } = await database.query(sql`update queue.message set visible_at = ${later(now, seconds)}
    where id = ${id} and app = ${app} and receipt = ${receipt} and visible_at > ${now}`);
  if (rowCount !== 1) throw stale();
}

async function remove(database: Queryable, app: string, receipts: readonly string[]): Promise<void> {
  if (receipts.length === 0) return;
  const read = receipts.map(readReceipt);
  await database.query(sql`delete from queue.message m
    using unnest(${read.map((one) => one.id)}::bigint[], ${read.map((one) => one.receipt)}::uuid[]) as r (id, receipt)
    where m.id = r.id and m.receipt = r.receipt and m.app = ${app}`);
}

async function reject(
  database: Queryable,
  clock: Clock,
  app: string,
  text: string,
  reason: { readonly code: string; readonly message: string },
): Promise<void> {
  const { id, receipt } = readReceipt(text);
  const { rowCount } = await database.query(sql`
    with gone as (
      delete from queue.message where id = ${id} and app = ${app} and receipt = ${receipt}
      returning id, app, body, sent_at, receive_count
    )
    insert into queue.dead_letter (id, app, body, sent_at, receive_count, reason_code, reason_message, died_at)
    select id, app, body, sent_at, receive_count, ${reason.code}, ${reason.message.slice(0, 2000)}, ${clock.now()} from gone`);
  if (rowCount !== 1) throw stale();
}

async function stats(database: Queryable, clock: Clock, app: string): Promise<QueueStats> {
  const now = clock.now();
  const { rows } = await database.query<{
    visible: number;
    in_flight: number;
    delayed: number;
    dead: number;
    oldest: Date | null;
  }>(sql`
    select
      count(*) filter (where visible_at <= ${now})::int as visible,
      count(*) filter (where visible_at > ${now} and receive_count > 0)::int as in_flight,
      count(*) filter (where visible_at > ${now} and receive_count = 0)::int as delayed,
      min(sent_at) as oldest,
      (select count(*)::int from queue.dead_letter where app = ${app}) as dead
    from queue.message where app = ${app}`);
  const row = rows[0];
  if (row === undefined) throw new MiddleError('internal', `No statistics of the queue ${app}.`);
  return {
    visible: row.visible,
    inFlight: row.in_flight,
    delayed: row.delayed,
    dead: row.dead,
    oldestAgeSeconds: row.oldest === null ? null : Math.max(0, (now.getTime() - row.oldest.getTime()) / 1000),
  };
}

const ID = /^\d{1,18}$/;

async function deadLetters(
  database: Queryable,
  app: string,
  { limit: most, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly DeadLetter[]> {
  if (after !== undefined && !ID.test(after))
    throw limit(`"${after.slice(0, 60)}" is no dead letter's id.`, {});
  const { rows } = await database.query<{
    id: string;
    body: Buffer;
    receive_count: number;
    reason_code: string;
    reason_message: string;
    sent_at: Date;
    died_at: Date;
  }>(sql`select id, body, receive_count, reason_code, reason_message, sent_at, died_at
    from queue.dead_letter where app = ${app} and id > ${after ?? '0'} order by id limit ${most}`);
  return rows.map((row) => ({
    id: row.id,
    body: row.body,
    reason: { code: row.reason_code, message: row.reason_message },
    receiveCount: row.receive_count,
    sentAt: row.sent_at,
    diedAt: row.died_at,
  }));
}

function withIds(ids: readonly string[] | undefined): Sql {
  if (ids === undefined) return empty;
  return sql`and id = any (${ids.filter((id) => ID.test(id))}::bigint[])`;
}

async function redrive(
  database: Queryable,
  clock: Clock,
  app: string,
  ids: readonly string[] | undefined,
): Promise<number> {
  const now = clock.now();
  const { rows } = await database.query<{ count: number }>(sql`
    with gone as (
      delete from queue.dead_letter where app = ${app} ${withIds(ids)} returning app, body, sent_at
    ), back as (
      insert into queue.message (app, body, sent_at, visible_at) select app, body, sent_at, ${now} from gone returning 1
    )
    select count(*)::int as count, pg_notify('middle_queue', ${app}) from back`);
  return rows[0]?.count ?? 0;
}

async function deleteDead(database: Queryable, app: string, ids: readonly string[]): Promise<number> {
  const { rowCount } = await database.query(
    sql`delete from queue.dead_letter where app = ${app} ${withIds(ids)}`,
  );
  return rowCount ?? 0;
}
