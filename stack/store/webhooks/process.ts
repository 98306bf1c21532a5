import sql from 'sql-template-tag';
import type { InvocationOutcome, RunError } from '@middle/core/run-outcome.ts';
import type { WebhookDecision } from '@middle/core/webhook-outcome.ts';
import { decideRestart } from '@middle/core/webhook-outcome.ts';
import type { Database, Queryable, Transaction } from '../database.ts';
import { jsonOf } from '../json.ts';
import { only } from '../only.ts';

/** A request in the hands of one worker, with the invocation it made for this attempt. */
export interface ClaimedRequest {
  readonly id: string;
  readonly connectionId: string;
  readonly webhook: string;
  readonly sealed: Uint8Array;
  readonly receivedAt: Date;
  readonly attempts: number;
  readonly fence: string;
  readonly invocationId: string;
}

interface Taken extends Omit<ClaimedRequest, 'invocationId'> {
  readonly restarts: number;
  readonly lostInvocationId: string | null;
}

interface Claim {
  readonly worker: string;
  readonly leaseSeconds: number;
  readonly limit: number;
}

/**
 * Takes the next requests: of each connection only the first that is not settled, so that they are processed in the order
 * of their arrival. One that has failed and waits holds up those behind it: what came later would else be overwritten by
 * what came before. The request and its invocation change in one transaction, so the intent is written before any work.
 */
export async function claimRequests(database: Database, claim: Claim): Promise<readonly ClaimedRequest[]> {
  return database.transaction(async (client) => {
    const taken = await takeHeads(client, claim);
    const claimed: ClaimedRequest[] = [];
    for (const { restarts, lostInvocationId, ...request } of taken) {
      if (lostInvocationId !== null) await endLost(client, lostInvocationId);
      const decision = decideRestart(restarts);
      if (decision === null) {
        const invocationId = await beginInvocation(client, request, claim.worker);
        claimed.push({ ...request, invocationId });
      } else await writeDecision(client, request, decision);
    }
    return claimed;
  });
}

async function takeHeads(client: Transaction, { leaseSeconds, limit }: Claim): Promise<readonly Taken[]> {
  const { rows } = await client.query<Taken>(sql`
    with recursive line as (
      (select connection_id from middle.webhook_request where state in ('waiting', 'running')
        order by connection_id limit 1)
      union all
      select (select r.connection_id from middle.webhook_request r
        where r.state in ('waiting', 'running') and r.connection_id > l.connection_id order by r.connection_id limit 1)
      from line l where l.connection_id is not null
    ), head as (
      select h.id from line l
      join middle.connection c on c.id = l.connection_id and c.enabled
      join middle.account a on a.id = c.account_id and a.enabled
      cross join lateral (
        select r.id, r.state, r.next_at, r.lease_until from middle.webhook_request r
        where r.connection_id = c.id and r.state in ('waiting', 'running') order by r.id limit 1
      ) h
      where case when h.state = 'waiting' then h.next_at else h.lease_until end <= clock_timestamp()
      order by h.next_at, h.id limit ${limit}
    ), taken as (
      select r.id, r.state = 'running' as is_lost, r.invocation_id from middle.webhook_request r join head using (id)
      where r.state in ('waiting', 'running')
        and case when r.state = 'waiting' then r.next_at else r.lease_until end <= clock_timestamp()
      for update of r skip locked
    )
    update middle.webhook_request r set state = 'running', fence = r.fence + 1,
      lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}),
      restarts = r.restarts + taken.is_lost::integer
    from taken where r.id = taken.id
    returning r.id, r.connection_id as "connectionId", r.webhook, r.sealed, r.received_at as "receivedAt", r.attempts,
      r.fence::text as fence, r.restarts, case when taken.is_lost then taken.invocation_id end as "lostInvocationId"`);
  return rows;
}

async function endLost(client: Transaction, invocationId: string): Promise<void> {
  const error: RunError = { code: 'function_lost', message: 'its worker went silent', fault: 'platform' };
  await client.query(sql`
    update middle.invocation set state = 'ended', ended_at = now(), outcome = 'restarted',
      error = ${JSON.stringify(error)}::jsonb
    where id = ${invocationId} and state = 'running'`);
}

/** Newest wins by the start, so what came later is newer also when the clock went back in between. */
async function beginInvocation(
  client: Transaction,
  request: Pick<Taken, 'id' | 'connectionId' | 'webhook' | 'attempts'>,
  worker: string,
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(sql`
    with begun as (
      insert into middle.invocation (connection_id, app_id, app_version_id, function_key, kind, attempt, fence, worker,
        webhook_request_id, started_at)
      select c.id, c.app_id, c.app_version_id, coalesce(w.definition ->> 'function', ${request.webhook}), 'webhook',
        ${request.attempts + 1}, 1, ${worker}, ${request.id},
        greatest(date_trunc('milliseconds', clock_timestamp()), (
          select max(i.started_at) + interval '1 millisecond' from middle.invocation i where i.id in (
            (select own.invocation_id from middle.webhook_request own where own.id = ${request.id}),
            (select before.invocation_id from middle.webhook_request before
              where before.connection_id = c.id and before.id < ${request.id} order by before.id desc limit 1))))
      from middle.connection c join middle.app_version v on v.id = c.app_version_id
      left join lateral (select d.definition from jsonb_array_elements(coalesce(v.manifest -> 'webhooks', '[]')) d(definition)
        where d.definition ->> 'key' = ${request.webhook} limit 1) w on true
      where c.id = ${request.connectionId} returning id
    )
    update middle.webhook_request set invocation_id = begun.id from begun where middle.webhook_request.id = ${request.id}
    returning begun.id`);
  return only(rows).id;
}

/** Keeps the lease; false when another worker has the request now, or its connection was deleted. */
export async function renewRequest(
  db: Queryable,
  { id, fence }: ClaimedRequest,
  leaseSeconds: number,
): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.webhook_request set lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
    where id = ${id} and fence = ${fence}::bigint and state = 'running'`);
  return rowCount === 1;
}

/** How the function of an attempt ended. */
export interface RequestEnd {
  readonly outcome: InvocationOutcome;
  readonly error: RunError | null;
  readonly messages: number;
  readonly records: number;
  readonly milliseconds: number;
  readonly start: string;
  /** Null: it goes back as if it had not been tried, since its worker stops. */
  readonly decision: WebhookDecision | null;
}

/** Notes what became of an attempt; false when another worker has the request now. */
export async function settleRequest(
  database: Database,
  request: ClaimedRequest,
  end: RequestEnd,
): Promise<boolean> {
  return database.transaction(async (client) => {
    const { rowCount } = await client.query(sql`
      select from middle.webhook_request
      where id = ${request.id} and fence = ${request.fence}::bigint and state = 'running' for update`);
    if (rowCount !== 1) return false;
    await client.query(sql`
      update middle.invocation set state = 'ended', ended_at = now(), outcome = ${end.outcome},
        error = coalesce(${jsonOf(end.error)}::jsonb, error),
        final_sequence = coalesce(final_sequence, ${end.messages}::integer), sent_records = ${end.records},
        duration_ms = ${Math.round(end.milliseconds)}, start_kind = ${end.start}
      where id = ${request.invocationId} and state = 'running'`);
    if (end.decision === null) {
      await client.query(sql`
        update middle.webhook_request set state = 'waiting', lease_until = null, next_at = clock_timestamp()
        where id = ${request.id}`);
    } else await writeDecision(client, request, end.decision);
    return true;
  });
}

async function writeDecision(
  client: Transaction,
  request: Pick<ClaimedRequest, 'id' | 'connectionId' | 'webhook'>,
  decision: WebhookDecision,
): Promise<void> {
  const error = jsonOf('error' in decision ? decision.error : null);
  if (decision.state === 'waiting') {
    await client.query(sql`
      update middle.webhook_request set state = 'waiting', attempts = attempts + 1, lease_until = null, error = ${error}::jsonb,
        next_at = clock_timestamp() + make_interval(secs => ${decision.seconds})
      where id = ${request.id}`);
    return;
  }
  const { state } = decision;
  await client.query(sql`
    update middle.webhook_request set state = ${state}, lease_until = null, error = ${error}::jsonb,
      attempts = attempts + ${state === 'dead' ? 1 : 0}, settled_at = clock_timestamp()
    where id = ${request.id}`);
  await addCounts(client, request, {
    processed: state === 'processed' ? 1 : 0,
    refused: state === 'refused' ? 1 : 0,
    dead: state === 'dead' ? 1 : 0,
  });
}

async function addCounts(
  client: Transaction,
  { connectionId, webhook }: Pick<ClaimedRequest, 'connectionId' | 'webhook'>,
  counts: { readonly processed: number; readonly refused: number; readonly dead: number },
): Promise<void> {
  await client.query(sql`
    insert into middle.webhook_count as n (connection_id, webhook, hour, processed, refused, dead)
    values (${connectionId}, ${webhook}, date_trunc('hour', now()), ${counts.processed}, ${counts.refused}, ${counts.dead})
    on conflict (connection_id, webhook, hour) do update set processed = n.processed + excluded.processed,
      refused = n.refused + excluded.refused, dead = n.dead + excluded.dead`);
}

/** Records that messages of one webhook's invocation brought. */
export interface BroughtRecords {
  readonly invocationId: string;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly older: number;
  readonly invalid: number;
}

/**
 * Counts records with their requests, and with the hour. Whoever writes both locks the requests first, in the order of
 * their ids, so that intake and settling wait for each other instead of deadlocking.
 */
export async function countBrought(client: Transaction, brought: readonly BroughtRecords[]): Promise<void> {
  if (brought.length === 0) return;
  const all = <Value>(of: (one: BroughtRecords) => Value): Value[] => brought.map(of);
  const rows = sql`
    unnest(${all(({ invocationId }) => invocationId)}::uuid[], ${all(({ created }) => created)}::integer[],
      ${all(({ updated }) => updated)}::integer[], ${all(({ unchanged }) => unchanged)}::integer[],
      ${all(({ older }) => older)}::integer[], ${all(({ invalid }) => invalid)}::integer[])
      b(invocation_id, created, updated, unchanged, older, invalid)
    join middle.invocation i on i.id = b.invocation_id`;
  const sums = sql`sum(created)::integer as created, sum(updated)::integer as updated,
    sum(unchanged)::integer as unchanged, sum(older)::integer as older, sum(invalid)::integer as invalid`;
  await client.query(sql`
    with locked as (
      select r.id from middle.webhook_request r
      where r.id in (select i.webhook_request_id from ${rows}) order by r.id for update
    ), s as (
      select webhook_request_id as id, ${sums} from ${rows} where i.webhook_request_id in (select id from locked)
      group by webhook_request_id
    )
    update middle.webhook_request r set created = r.created + s.created, updated = r.updated + s.updated,
      unchanged = r.unchanged + s.unchanged, older = r.older + s.older, invalid = r.invalid + s.invalid
    from s where r.id = s.id`);
  await client.query(sql`
    insert into middle.webhook_count as n (connection_id, webhook, hour, created, updated, unchanged, older, invalid)
    select i.connection_id, coalesce(r.webhook, i.function_key) as webhook, date_trunc('hour', now()),
      sum(b.created), sum(b.updated), sum(b.unchanged), sum(b.older), sum(b.invalid)
    from ${rows} left join middle.webhook_request r on r.id = i.webhook_request_id
    group by i.connection_id, coalesce(r.webhook, i.function_key) order by 1, 2
    on conflict (connection_id, webhook, hour) do update set created = n.created + excluded.created,
      updated = n.updated + excluded.updated, unchanged = n.unchanged + excluded.unchanged,
      older = n.older + excluded.older, invalid = n.invalid + excluded.invalid`);
}
