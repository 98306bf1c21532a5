import sql from 'sql-template-tag';
import type { Database } from '@middle/store/database.ts';

export interface EndedRow {
  readonly state: string;
  readonly code: string | null;
  readonly endedIn: string | null;
  readonly output: unknown;
  readonly steps: number;
}

export interface StepRow {
  readonly sequence: number;
  readonly place: string;
  readonly state: string;
  readonly code: string | null;
  readonly branch: string | null;
  readonly output: unknown;
  readonly attempts: number;
}

/** What the stack keeps of executions from this moment on. */
export interface History {
  readonly executions: ReadonlyMap<string, EndedRow>;
  readonly steps: ReadonlyMap<string, readonly StepRow[]>;
  /** What an execution called, by place. */
  readonly called: ReadonlyMap<string, Map<string, string>>;
}

export async function readHistory(owner: Database, from: Date): Promise<History> {
  const { rows } = await owner.query<
    EndedRow & { id: string; parentId: string | null; parentPlace: string | null }
  >(sql`
    select id, state, error ->> 'code' as code, ended_in as "endedIn", output, steps, parent_id as "parentId",
      parent_place as "parentPlace" from middle.execution where id >= middle.uuid_at(${from}) order by id`);
  const { rows: runs } = await owner.query<StepRow & { id: string }>(sql`
    select execution_id as id, sequence, place, state, error ->> 'code' as code, branch, output, attempts
    from middle.step_run where execution_id >= middle.uuid_at(${from}) order by execution_id, sequence`);
  const steps = new Map<string, StepRow[]>();
  for (const { id, ...step } of runs) steps.set(id, [...(steps.get(id) ?? []), step]);
  const called = new Map<string, Map<string, string>>();
  for (const { id, parentId, parentPlace } of rows) {
    if (parentId === null || parentPlace === null) continue;
    const places = called.get(parentId) ?? new Map<string, string>();
    // One place that called twice must not hide behind one entry.
    called.set(parentId, places.set(places.has(parentPlace) ? `${parentPlace} again` : parentPlace, id));
  }
  return { executions: new Map(rows.map(({ id, ...row }) => [id, row])), steps, called };
}
