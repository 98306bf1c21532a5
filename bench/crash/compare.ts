import { readFileSync } from 'node:fs';
import path from 'node:path';
import sql from 'sql-template-tag';
import { openDatabase } from '@middle/store/database.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import type { CrashSource } from './source.ts';

/** What the database holds against what the source was: every record, every version, every count. */
export async function compareWithSource(dataFolder: string, source: CrashSource): Promise<string[]> {
  const config: { database: DatabaseAddress } = JSON.parse(
    readFileSync(path.join(dataFolder, 'run', 'worker.json'), 'utf8'),
  );
  const database = openDatabase(config.database, { max: 1 });
  const problems: string[] = [];
  const expect = (what: string, actual: unknown, expected: unknown): void => {
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
      problems.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
    }
  };
  try {
    const { rows: records } = await database.query<{
      id: string;
      version: number;
      deleted: boolean;
      data: { revision: number };
    }>(sql`
      select id, version, deleted_at is not null as deleted, data from middle.record order by id`);
    const { rows: versions } = await database.query<{ id: string; states: number[] }>(sql`
      select id, array_agg(version order by version) as states from middle.record_version group by id`);
    const history = new Map(versions.map(({ id, states }) => [id, states]));
    expect('number of records', records.length, source.states.size);
    for (const { id, version, deleted, data } of records) {
      const states = source.states.get(id) ?? [];
      const last = states.at(-1) ?? null;
      expect(`deleted mark of ${id}`, deleted, last === null);
      if (last !== null) expect(`data of ${id}`, sorted(data), sorted(source.contentOf(id, last)));
      expect(`version of ${id}`, version, states.length);
      expect(
        `history of ${id}`,
        history.get(id) ?? [],
        Array.from({ length: states.length - 1 }, (_, at) => at + 1),
      );
    }
    const { rows: sums } = await database.query<{
      created: number;
      updated: number;
      deleted: number;
      invalid: number;
    }>(sql`
      select sum(created)::integer as created, sum(updated)::integer as updated, sum(deleted)::integer as deleted,
        sum(invalid)::integer as invalid from middle.sync_run`);
    const states = [...source.states.values()];
    const deleted = states.filter((list) => list.at(-1) === null).length;
    const all = states.reduce((sum, list) => sum + list.length, 0);
    expect('counts of the runs', sums[0], {
      created: states.length,
      updated: all - states.length - deleted,
      deleted,
      invalid: 0,
    });
    const { rows: dead } = await database.query<{ dead: number }>(sql`
      select count(*)::integer as dead from middle.sync_run where state not in ('succeeded')`);
    expect('runs that did not succeed', dead[0]?.dead, 0);
  } finally {
    await database.close();
  }
  return problems;
}

const sorted = (data: Readonly<Record<string, unknown>>): unknown =>
  Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1));
