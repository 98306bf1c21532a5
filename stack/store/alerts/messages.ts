import sql, { empty } from 'sql-template-tag';
import type { AlertEvent, Told } from '@middle/core/alert/plan.ts';
import type { Queryable, Transaction } from '../database.ts';
import { ALERT_VIEW } from './list.ts';
import type { AlertView } from './list.ts';
import { CHANNEL_COLUMNS } from './channels.ts';
import type { Channel } from './channels.ts';

/** What a message says, in each form that a channel may want. */
export interface MessageContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly payload: unknown;
}

/** One process at a time looks at alerts and decides what is told. False: another one is at it. */
export async function holdAlerts(client: Transaction): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtext('middle.alert')) as held`,
  );
  return rows[0]?.held ?? false;
}

export async function tellingChannels(db: Queryable): Promise<readonly Channel[]> {
  const { rows } = await db.query<Channel>(sql`
    select ${CHANNEL_COLUMNS} from middle.alert_channel c where c.enabled order by c.id`);
  return rows;
}

export interface Hearing {
  readonly alert: AlertView;
  readonly told: Told | null;
}

type HearingRow = AlertView & {
  readonly toldAt: Date | null;
  readonly reminders: number | null;
  readonly isOver: boolean | null;
};

const HEARINGS_MOST = 2_000;

/** What this channel may have to hear of: what is open, and what was and whose end it has not heard of. Oldest first. */
export async function hearingsOf(
  db: Queryable,
  channel: Channel,
  endedAfter: Date,
): Promise<readonly Hearing[]> {
  const { rows } = await db.query<HearingRow>(sql`
    select v.*, t.at as "toldAt", t.reminders, t.is_over as "isOver"
    from (${ALERT_VIEW}) v left join middle.alert_told t on t.channel_id = ${channel.id} and t.alert_id = v.id
    where case when v."clearedAt" is null then v."acknowledgedAt" is null
        else v."clearedAt" > ${endedAfter} and not coalesce(t.is_over, v."raisedAt" < ${channel.createdAt}) end
      and ${channel.accountId === null ? (channel.everyAccount ? sql`true` : sql`v."accountId" is null`) : sql`v."accountId" = ${channel.accountId}`}
      ${channel.kinds === null ? empty : sql`and v.kind = any(${channel.kinds})`}
    order by v.id limit ${HEARINGS_MOST}`);
  return rows.map(({ toldAt, reminders, isOver, ...alert }) => ({
    alert,
    told: toldAt === null ? null : { at: toldAt, reminders: reminders ?? 0, isOver: isOver ?? false },
  }));
}

/** When the channel's messages of the last hour were made. */
export async function madeLately(db: Queryable, channelId: string, now: Date): Promise<readonly Date[]> {
  const { rows } = await db.query<{ at: Date }>(sql`
    select made_at as at from middle.alert_message
    where channel_id = ${channelId} and made_at > ${now}::timestamptz - interval '1 hour' order by id desc limit 200`);
  return rows.map(({ at }) => at);
}

export async function setHeld(db: Queryable, channelId: string, since: Date | null): Promise<void> {
  await db.query(sql`update middle.alert_channel set held_since = ${since} where id = ${channelId}`);
}

/** Writes a message and what the channel has heard by it. */
export async function addMessage(
  db: Queryable,
  message: {
    readonly id: string;
    readonly channelId: string;
    readonly content: MessageContent;
    readonly now: Date;
    readonly told: readonly { readonly alertId: string; readonly event: AlertEvent; readonly after: Told }[];
  },
): Promise<void> {
  const { id, channelId, content, now, told } = message;
  const ids = told.map(({ alertId }) => alertId);
  await db.query(sql`
    insert into middle.alert_message (id, channel_id, alert_ids, content, made_at, next_at)
    values (${id}, ${channelId}, ${ids}::uuid[], ${JSON.stringify(content)}::jsonb, ${now}, ${now})`);
  await db.query(sql`
    insert into middle.alert_told (channel_id, alert_id, at, reminders, is_over)
    select ${channelId}, n.* from unnest(${ids}::uuid[], ${told.map(({ after }) => after.at)}::timestamptz[],
      ${told.map(({ after }) => after.reminders)}::integer[], ${told.map(({ after }) => after.isOver)}::boolean[]) n
    on conflict (channel_id, alert_id) do update set at = excluded.at, reminders = excluded.reminders,
      is_over = excluded.is_over`);
}

/** A message in the hands of one worker. */
export interface ClaimedMessage {
  readonly id: string;
  readonly fence: string;
  readonly attempts: number;
  readonly content: MessageContent;
  readonly channel: ReachedChannel;
}

/** What it takes to reach a channel. */
export interface ReachedChannel extends Pick<
  Channel,
  'id' | 'name' | 'accountId' | 'kind' | 'people' | 'addresses' | 'url' | 'privateAddresses'
> {
  readonly secret: Uint8Array | null;
}

type ClaimedRow = Omit<ClaimedMessage, 'channel'> &
  Omit<ReachedChannel, 'id'> & { readonly channelId: string };

const REACHED = sql`c.name, c.account_id as "accountId", c.kind, c.people, c.addresses, c.url,
  c.private_addresses as "privateAddresses", c.secret`;

export async function reachedChannel(db: Queryable, id: string): Promise<ReachedChannel | null> {
  const { rows } = await db.query<ReachedChannel>(
    sql`select c.id, ${REACHED} from middle.alert_channel c where c.id = ${id}`,
  );
  return rows[0] ?? null;
}

/** Takes the next message that is due, for so long; one whose worker went silent is due again after it. */
export async function claimMessage(
  db: Queryable,
  now: Date,
  leaseSeconds: number,
): Promise<ClaimedMessage | null> {
  const { rows } = await db.query<ClaimedRow>(sql`
    update middle.alert_message m set attempts = attempts + 1, fence = fence + 1,
      next_at = ${now}::timestamptz + make_interval(secs => ${leaseSeconds})
    from middle.alert_channel c
    where m.id = (
        select id from middle.alert_message where state = 'waiting' and next_at <= ${now} order by next_at
        for update skip locked limit 1
      ) and c.id = m.channel_id
    returning m.id, m.fence::text, m.attempts, m.content, c.id as "channelId", ${REACHED}`);
  const [row] = rows;
  if (row === undefined) return null;
  const { id, fence, attempts, content, channelId, ...channel } = row;
  return { id, fence, attempts, content, channel: { id: channelId, ...channel } };
}

export type Settled =
  | { readonly state: 'sent'; readonly at: Date; readonly note: string | null }
  | { readonly state: 'failed'; readonly at: Date; readonly error: string }
  | { readonly state: 'waiting'; readonly nextAt: Date; readonly error: string };

/** False when another worker has the message now. */
export async function settleMessage(
  db: Queryable,
  { id, fence }: ClaimedMessage,
  settled: Settled,
): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.alert_message set state = ${settled.state},
      error = ${settled.state === 'sent' ? settled.note : settled.error},
      settled_at = ${settled.state === 'waiting' ? null : settled.at}::timestamptz,
      next_at = coalesce(${settled.state === 'waiting' ? settled.nextAt : null}::timestamptz, next_at)
    where id = ${id} and fence = ${fence}::bigint and state = 'waiting'`);
  return rowCount === 1;
}

export interface MessageView {
  readonly id: string;
  readonly subject: string;
  readonly alertIds: readonly string[];
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly attempts: number;
  readonly madeAt: Date;
  readonly nextAt: Date | null;
  readonly settledAt: Date | null;
  readonly error: string | null;
}

/** Newest first. */
export async function listMessages(
  db: Queryable,
  page: { readonly channelId: string; readonly limit: number; readonly after?: string | undefined },
): Promise<readonly MessageView[]> {
  const { rows } = await db.query<MessageView>(sql`
    select id, content ->> 'subject' as subject, alert_ids as "alertIds", state, attempts, made_at as "madeAt",
      case when state = 'waiting' then next_at end as "nextAt", settled_at as "settledAt", error
    from middle.alert_message where channel_id = ${page.channelId}
      ${page.after === undefined ? empty : sql`and id < ${page.after}`}
    order by id desc limit ${page.limit}`);
  return rows;
}

/** Puts messages that were given up back; returns how many. */
export async function retryMessages(db: Queryable, channelId: string, now: Date): Promise<number> {
  const { rowCount } = await db.query(sql`
    update middle.alert_message set state = 'waiting', attempts = 0, next_at = ${now}, settled_at = null
    where channel_id = ${channelId} and state = 'failed'`);
  return rowCount ?? 0;
}

export async function deleteOldMessages(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.alert_message where id in (
      select id from middle.alert_message where made_at < ${before} order by made_at limit ${limit})`);
  return rowCount ?? 0;
}

/** Addresses of these people that may still see the account; of owners alone without one. */
export async function addressesOf(
  db: Queryable,
  people: readonly string[],
  accountId: string | null,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ address: string }>(
    sql`select address from middle.addresses_of(${people}::uuid[], ${accountId}::uuid) as address`,
  );
  return rows.map(({ address }) => address);
}
