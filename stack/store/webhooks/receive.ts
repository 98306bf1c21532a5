import sql from 'sql-template-tag';
import type { WebhookDefinition } from '@middle/core/manifest.ts';
import type { Queryable } from '../database.ts';
import { only } from '../only.ts';

/** Where a request is to go: what the door must know of a connection before it reads a body. */
export interface Receiver {
  readonly connectionId: string;
  readonly webhooks: readonly WebhookDefinition[];
  /** Of its addresses that work: the one in force, and for a while the one before. */
  readonly generations: number[];
  /** What waits to be processed, counted up to the limit. */
  readonly waiting: number;
  readonly waitingBytes: number;
}

export async function findReceiver(
  db: Queryable,
  connectionId: string,
  waitingMost: number,
): Promise<Receiver | null> {
  const { rows } = await db.query<Receiver>(sql`
    select c.id as "connectionId", coalesce(v.manifest -> 'webhooks', '[]') as webhooks,
      case when a.previous_until > now() then array[a.generation, a.generation - 1]
        else array[coalesce(a.generation, 0)] end as generations,
      open.waiting, open.bytes as "waitingBytes"
    from middle.connection c
    join middle.app_version v on v.id = c.app_version_id
    left join middle.webhook_address a on a.connection_id = c.id
    cross join lateral (
      select count(*)::integer as waiting, coalesce(sum(bytes), 0)::float8 as bytes from (
        select r.bytes from middle.webhook_request r
        where r.connection_id = c.id and r.state in ('waiting', 'running') limit ${waitingMost}) capped
    ) open
    where c.id = ${connectionId}`);
  return rows[0] ?? null;
}

export interface NewRequest {
  readonly id: string;
  readonly connectionId: string;
  readonly webhook: string;
  readonly method: string;
  readonly bytes: number;
  readonly sealed: Uint8Array;
}

/** Writes a request down and wakes the workers. From here on it is not lost. */
export async function storeRequest(db: Queryable, request: NewRequest): Promise<void> {
  await db.query(sql`
    with stored as (
      insert into middle.webhook_request (id, connection_id, webhook, method, bytes, sealed)
      values (${request.id}, ${request.connectionId}, ${request.webhook}, ${request.method}, ${request.bytes},
        ${request.sealed})
    )
    select pg_notify('middle_webhook', '')`);
}

/** Replaces a connection's addresses. Those before go on working for the grace time; those before them end. */
export async function changeAddress(
  db: Queryable,
  connectionId: string,
  graceSeconds: number,
): Promise<number> {
  const { rows } = await db.query<{ generation: number }>(sql`
    insert into middle.webhook_address as a (connection_id, generation, previous_until)
    values (${connectionId}, 1, now() + make_interval(secs => ${graceSeconds}))
    on conflict (connection_id) do update set generation = a.generation + 1, previous_until = excluded.previous_until
    returning generation`);
  return only(rows).generation;
}
