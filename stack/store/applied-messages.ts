import type pg from 'pg';
import sql from 'sql-template-tag';
import type { FunctionError, ProgressItem } from '@middle/core/message-parse.ts';
import { jsonOf } from './json.ts';

/** What the intake must know of an invocation to judge and store its messages. */
export interface InvocationContext {
  readonly id: string;
  readonly app: string;
  readonly connectionId: string;
  readonly versionId: string;
  readonly startedAt: Date;
  readonly runId: string | null;
  readonly kind: string;
  /** Whether the run notes which records it has seen, to mark the vanished ones deleted at its end. */
  readonly notesSeen: boolean;
  /** The record set that the run's sync is for. */
  readonly recordSetId: number | null;
}

/** The invocations among these ids that exist, with their connections. */
export async function readInvocations(
  client: pg.PoolClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, InvocationContext>> {
  const { rows } = await client.query<InvocationContext>(sql`
    select i.id, a.key as app, i.connection_id as "connectionId", i.app_version_id as "versionId",
      i.started_at as "startedAt", i.sync_run_id as "runId", i.kind, r.record_set_id as "recordSetId",
      coalesce(r.kind = 'complete' and s.mark_deleted and r.ended_at is null, false) as "notesSeen"
    from middle.invocation i
    join middle.app a on a.id = i.app_id
    join middle.connection c on c.id = i.connection_id
    left join middle.sync_run r on r.id = i.sync_run_id
    left join middle.sync s on s.id = r.sync_id
    where i.id = any (${ids}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

export interface MessageName {
  readonly invocationId: string;
  readonly sequence: number;
}

/** Once in effect: notes these messages as applied and returns those that were not before. */
export async function noteApplied(
  client: pg.PoolClient,
  messages: readonly (MessageName & { readonly progress: ProgressItem | null })[],
): Promise<readonly MessageName[]> {
  const { rows } = await client.query<MessageName>(sql`
    insert into middle.applied_message (invocation_id, sequence, cursor, has_cursor)
    select * from unnest(
      ${messages.map((one) => one.invocationId)}::uuid[], ${messages.map((one) => one.sequence)}::int[],
      ${messages.map(({ progress }) => jsonOf(progress?.cursor))}::jsonb[],
      ${messages.map(({ progress }) => progress !== null)}::boolean[])
    on conflict do nothing
    returning invocation_id as "invocationId", sequence`);
  return rows;
}

export interface AppliedEffect {
  readonly invocationId: string;
  readonly runId: string | null;
  /** Of the invocation: sync, action, webhook … */
  readonly kind: string;
  readonly messages: number;
  readonly bytes: number;
  readonly records: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly older: number;
  readonly invalid: number;
  readonly progress: ProgressItem | null;
  readonly ending: {
    readonly sequence: number;
    readonly result: unknown;
    readonly error: FunctionError | null;
  } | null;
}

/** Adds what a batch did to its invocation and run, and says so when the invocation is complete. */
export async function addEffect(client: pg.PoolClient, effect: AppliedEffect): Promise<void> {
  const { ending, progress } = effect;
  await client.query(sql`
    with changed as (
      update middle.invocation set
        applied_messages = applied_messages + ${effect.messages},
        applied_records = applied_records + ${effect.records},
        bytes = bytes + ${effect.bytes},
        final_sequence = coalesce(final_sequence, ${ending?.sequence ?? null}::int),
        result = coalesce(${jsonOf(ending?.result)}::jsonb, result),
        -- What the host said of the end, such as that the run stalled, says more than the message it sent then.
        error = coalesce(error, ${jsonOf(ending?.error)}::jsonb)
      where id = ${effect.invocationId}
      returning id, final_sequence, applied_messages
    )
    select pg_notify('middle_settle', id::text) from changed where applied_messages >= final_sequence`);
  if (effect.runId === null) return;
  await client.query(sql`
    update middle.sync_run set
      created = created + ${effect.created}, updated = updated + ${effect.updated},
      unchanged = unchanged + ${effect.unchanged}, older = older + ${effect.older},
      invalid = invalid + ${effect.invalid}, bytes = bytes + ${effect.bytes},
      -- Records, or a cursor: who only writes log lines comes no further.
      progressed_at = case when ${effect.records} > 0 or ${progress !== null}::boolean or ${ending !== null}::boolean
        then now() else progressed_at end,
      progress = coalesce(${progress === null ? null : JSON.stringify({ done: progress.done, total: progress.total })}::jsonb, progress)
    where id = ${effect.runId}`);
}
