import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';

export type EndpointMode = 'sync' | 'async';

/** How a workflow can be called from outside. */
export interface EndpointView {
  readonly workflowId: string;
  readonly workflowName: string;
  readonly accountId: string;
  readonly accountKey: string;
  readonly name: string;
  readonly mode: EndpointMode;
  readonly timeLimitSeconds: number;
  readonly accountEnabled: boolean;
  readonly workflowEnabled: boolean;
  /** The published one in force. */
  readonly version: number | null;
  readonly bindings: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

const VIEW = sql`
  select e.workflow_id as "workflowId", w.name as "workflowName", e.account_id as "accountId", a.key as "accountKey",
    e.name, e.mode, e.time_limit_seconds as "timeLimitSeconds", a.enabled as "accountEnabled",
    w.enabled as "workflowEnabled", w.version, w.bindings, e.created_at as "createdAt"
  from middle.workflow_endpoint e
  join middle.workflow w on w.id = e.workflow_id and w.deleted_at is null
  join middle.account a on a.id = e.account_id`;

export async function getEndpoint(db: Queryable, workflowId: string): Promise<EndpointView | null> {
  const { rows } = await db.query<EndpointView>(sql`${VIEW} where e.workflow_id = ${workflowId}`);
  return rows[0] ?? null;
}

export async function findEndpoint(
  db: Queryable,
  accountId: string,
  name: string,
): Promise<EndpointView | null> {
  const { rows } = await db.query<EndpointView>(
    sql`${VIEW} where e.account_id = ${accountId} and e.name = ${name}`,
  );
  return rows[0] ?? null;
}

/** In the order of names. */
export async function listEndpoints(db: Queryable, accountId: string): Promise<readonly EndpointView[]> {
  const { rows } = await db.query<EndpointView>(
    sql`${VIEW} where e.account_id = ${accountId} order by e.name limit 1000`,
  );
  return rows;
}

/** The name of a deleted workflow's endpoint is free again. */
export async function putEndpoint(
  db: Queryable,
  endpoint: {
    readonly workflowId: string;
    readonly accountId: string;
    readonly name: string;
    readonly mode: EndpointMode;
    readonly timeLimitSeconds: number;
  },
): Promise<void> {
  await db.query(sql`
    delete from middle.workflow_endpoint e using middle.workflow w
    where e.account_id = ${endpoint.accountId} and e.name = ${endpoint.name} and w.id = e.workflow_id
      and w.deleted_at is not null`);
  await db.query(sql`
    insert into middle.workflow_endpoint (workflow_id, account_id, name, mode, time_limit_seconds)
    values (${endpoint.workflowId}, ${endpoint.accountId}, ${endpoint.name}, ${endpoint.mode},
      ${endpoint.timeLimitSeconds})
    on conflict (workflow_id) do update set name = excluded.name, mode = excluded.mode,
      time_limit_seconds = excluded.time_limit_seconds`);
}

export async function deleteEndpoint(db: Queryable, workflowId: string): Promise<void> {
  await db.query(sql`delete from middle.workflow_endpoint where workflow_id = ${workflowId}`);
}
