import sql, { join } from 'sql-template-tag';
import type { AlertKind } from '@middle/core/alert/kinds.ts';
import type { Queryable } from '../database.ts';
import { only } from '../only.ts';

/** What people decide about a channel, beside its secret. */
export interface ChannelChoices {
  readonly name: string;
  readonly enabled: boolean;
  /** Null: every kind. */
  readonly kinds: readonly AlertKind[] | null;
  readonly everyAccount: boolean;
  readonly people: readonly string[];
  readonly addresses: readonly string[];
  readonly url: string | null;
  readonly groupSeconds: number;
  readonly perHour: number;
}

export interface Channel extends ChannelChoices {
  readonly id: string;
  /** Null: of the stack. */
  readonly accountId: string | null;
  readonly kind: 'email' | 'webhook';
  readonly privateAddresses: boolean;
  readonly heldSince: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface ChannelView extends Channel {
  readonly waiting: number;
  readonly failed: number;
  readonly lastSentAt: Date | null;
  /** Of the newest message that has not gone. */
  readonly lastError: string | null;
}

export const CHANNEL_COLUMNS = sql`c.id, c.account_id as "accountId", c.name, c.kind, c.enabled, c.kinds, c.every_account as "everyAccount",
  c.people, c.addresses, c.url, c.private_addresses as "privateAddresses", c.group_seconds as "groupSeconds",
  c.per_hour as "perHour", c.held_since as "heldSince", c.created_by as "createdBy", c.created_at as "createdAt"`;

const VIEW = sql`
  select ${CHANNEL_COLUMNS},
    (select count(*)::integer from middle.alert_message m where m.channel_id = c.id and m.state = 'waiting') as waiting,
    (select count(*)::integer from middle.alert_message m where m.channel_id = c.id and m.state = 'failed') as failed,
    (select max(m.settled_at) from middle.alert_message m where m.channel_id = c.id and m.state = 'sent') as "lastSentAt",
    (select m.error from middle.alert_message m
      where m.channel_id = c.id and m.state <> 'sent' and m.error is not null order by m.id desc limit 1) as "lastError"
  from middle.alert_channel c`;

export async function listChannels(db: Queryable, accountId: string | null): Promise<readonly ChannelView[]> {
  const { rows } = await db.query<ChannelView>(
    sql`${VIEW} where c.account_id is not distinct from ${accountId}::uuid order by c.name limit 200`,
  );
  return rows;
}

export async function getChannel(db: Queryable, id: string): Promise<ChannelView | null> {
  const { rows } = await db.query<ChannelView>(sql`${VIEW} where c.id = ${id}`);
  return rows[0] ?? null;
}

export async function insertChannel(
  db: Queryable,
  channel: ChannelChoices & {
    readonly accountId: string | null;
    readonly kind: 'email' | 'webhook';
    readonly createdBy: string;
    readonly createdAt: Date;
    /** Of a webhook; replaced by the sealed one, whose seal names the id. */
    readonly secret: Uint8Array | null;
  },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(sql`
    insert into middle.alert_channel (account_id, name, kind, enabled, kinds, every_account, people, addresses, url, secret,
      group_seconds, per_hour, created_by, created_at)
    values (${channel.accountId}, ${channel.name}, ${channel.kind}, ${channel.enabled}, ${channel.kinds}::text[],
      ${channel.everyAccount}, ${channel.people}::uuid[], ${channel.addresses}::text[], ${channel.url}, ${channel.secret},
      ${channel.groupSeconds}, ${channel.perHour}, ${channel.createdBy}, ${channel.createdAt})
    returning id`);
  return only(rows).id;
}

export async function updateChannel(db: Queryable, id: string, channel: ChannelChoices): Promise<void> {
  await db.query(sql`
    update middle.alert_channel set ${join([
      sql`name = ${channel.name}`,
      sql`enabled = ${channel.enabled}`,
      sql`kinds = ${channel.kinds}::text[]`,
      sql`every_account = ${channel.everyAccount}`,
      sql`people = ${channel.people}::uuid[]`,
      sql`addresses = ${channel.addresses}::text[]`,
      // What an owner allowed was allowed for that address.
      sql`private_addresses = private_addresses and url is not distinct from ${channel.url}`,
      sql`url = ${channel.url}`,
      sql`group_seconds = ${channel.groupSeconds}`,
      sql`per_hour = ${channel.perHour}`,
    ])} where id = ${id}`);
}

export async function setChannelSecret(db: Queryable, id: string, secret: Uint8Array): Promise<void> {
  await db.query(sql`update middle.alert_channel set secret = ${secret} where id = ${id}`);
}

export async function allowPrivateAddresses(db: Queryable, id: string, allowed: boolean): Promise<void> {
  await db.query(sql`update middle.alert_channel set private_addresses = ${allowed} where id = ${id}`);
}

export async function deleteChannel(db: Queryable, id: string): Promise<void> {
  await db.query(sql`delete from middle.alert_channel where id = ${id}`);
}

/** What a channel's secret is sealed for. */
export function secretContext(id: string): string {
  return `alert-channel:${id}`;
}
