import sql from 'sql-template-tag';
import type { WorkflowInput } from '@middle/core/workflow/definition.ts';
import type { RecordEvent } from '@middle/core/workflow/trigger.ts';
import type { Schedule } from '@middle/core/workflow/trigger-schedule.ts';
import type { Queryable } from '../database.ts';

/** What every trigger needs to start an execution. */
export interface StartingTrigger {
  readonly id: string;
  readonly workflowId: string;
  /** The workflow's published version in force. */
  readonly version: number;
  readonly input: Readonly<Record<string, string>>;
  readonly discard: string | null;
  readonly requeue: string | null;
  /** What that version declares. */
  readonly inputs: readonly WorkflowInput[];
  readonly bindings: Readonly<Record<string, string>>;
}

/** A trigger that listens to a record set. */
export interface RecordTrigger extends StartingTrigger {
  readonly events: readonly RecordEvent[];
  /** It looks at what was stored from this moment on. */
  readonly since: Date;
  readonly requeueSeconds: number;
}

export interface ScheduleTrigger extends StartingTrigger {
  readonly schedule: Schedule;
  /** The tick that is due. */
  readonly tick: Date;
  /** Its workflow is published and switched on, and so is its account. */
  readonly listens: boolean;
}

/**
 * A trigger listens while it is switched on, its workflow is published and switched on, and its account is switched on.
 * What comes at other times is passed by: it is neither counted nor made up for. The switch of a connection stops its
 * syncs only; what they stored before still counts.
 */
export const LISTENS = sql`t.enabled and w.enabled and w.version is not null and w.deleted_at is null and a.enabled`;

export const TRIGGER_TABLES = sql`middle.trigger t
  join middle.workflow w on w.id = t.workflow_id
  join middle.account a on a.id = w.account_id
  left join middle.workflow_version v on v.workflow_id = w.id and v.version = w.version`;

export const STARTING = sql`t.id, t.workflow_id as "workflowId", w.version, t.input, t.discard, t.requeue,
  coalesce(v.definition -> 'inputs', '[]') as inputs, w.bindings`;

export async function listeningTriggers(
  db: Queryable,
  recordSetId: number,
): Promise<readonly RecordTrigger[]> {
  const { rows } = await db.query<RecordTrigger>(sql`
    select ${STARTING}, t.events, coalesce(t.enabled_since, t.created_at) as since, t.requeue_seconds as "requeueSeconds"
    from ${TRIGGER_TABLES}
    where t.kind = 'record' and t.record_set_id = ${recordSetId} and ${LISTENS} order by t.id`);
  return rows;
}
