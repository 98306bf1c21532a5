import type { FastifyInstance } from 'fastify';
import sql from 'sql-template-tag';
import type { Deps } from '../deps.ts';

/** For whoever supervises the process: alive, and able to serve. */
export function addProbes(app: FastifyInstance, deps: Deps): void {
  app.get('/healthz', async () => ({ status: 'ok', release: deps.release }));
  app.get('/readyz', async () => {
    await deps.database.query(sql`select 1`);
    return { status: 'ready', release: deps.release };
  });
}
