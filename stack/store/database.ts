import { Pool } from 'pg';
import type { PoolClient, PoolConfig, QueryResultRow } from 'pg';
import type { Sql } from 'sql-template-tag';

/** Where and as whom a process reaches its stack's database. A unix socket's folder or a host. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** What store functions run on: the pool, or the client of an open transaction. */
export interface Queryable {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what its columns are
  query<Row extends QueryResultRow>(statement: Sql): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** The client of an open transaction. */
export type Transaction = PoolClient;

export interface Database extends Queryable {
  /** Commits when `work` returns, rolls back when it throws. */
  transaction<T>(work: (client: Transaction) => Promise<T>): Promise<T>;
  readonly pool: Pool;
  close(): Promise<void>;
}

export function openDatabase(address: DatabaseAddress, options: PoolConfig = {}): Database {
  const pool = new Pool({ ...address, max: 8, idleTimeoutMillis: 30_000, ...options });
  // A connection that breaks while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => {});
  // The same for one that breaks while it is lent out: the query under way fails, and that is how its caller learns.
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    pool,
    query: (statement) => pool.query(statement),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await work(client);
        await client.query('commit');
        client.release();
        return result;
      } catch (error) {
        await client.query('rollback').then(
          () => client.release(),
          // A client that can't roll back is broken: the pool must not hand it out again.
          (broken: Error) => client.release(broken),
        );
        throw error;
      }
    },
    close: () => pool.end(),
  };
}
