import sql from 'sql-template-tag';
import type { Database } from '@middle/store/database.ts';
import { idempotencyKey } from '@middle/worker/executions/steps/action.ts';
import type { CrashSource } from './source.ts';
import { actingPlace, placesOf } from './workflow.ts';

export interface ExecutionsCompared {
  readonly executions: number;
  readonly effects: number;
  /** Executions that went on after their worker had died. */
  readonly takenOver: number;
}

interface Ended {
  readonly id: string;
  readonly recordId: string;
  readonly version: number;
  readonly state: string;
  readonly restarts: number;
  readonly places: readonly string[];
}

const some = (changes: Iterable<string>): string[] => [...changes].slice(0, 5);

/**
 * Each version of an item that was created or updated started one execution; each went its whole way, and those that act
 * had one effect at the source, and no other effect is there.
 */
export async function compareExecutions(
  database: Database,
  workflowId: string,
  source: CrashSource,
  expect: (what: string, actual: unknown, expected: unknown) => void,
): Promise<ExecutionsCompared> {
  const { rows } = await database.query<Ended>(sql`
    select e.id, record_id as "recordId", record_version as version, e.state, restarts,
      (select array_agg(r.place || case r.state when 'succeeded' then '' else ' ' || r.state end order by sequence)
        from middle.step_run r where r.execution_id = e.id) as places
    from middle.execution e where workflow_id = ${workflowId}`);
  const expected = new Set<string>();
  for (const [id, states] of source.items.states)
    for (const [index, revision] of states.entries())
      if (revision !== null) expected.add(`${id} version ${index + 1}`);
  const seen = new Map<string, number>();
  for (const { recordId, version } of rows) {
    const change = `${recordId} version ${version}`;
    seen.set(change, (seen.get(change) ?? 0) + 1);
  }
  expect('executions', rows.length, expected.size);
  expect('changes without an execution', some([...expected].filter((change) => !seen.has(change))), []);
  expect('executions of no change', some([...seen.keys()].filter((change) => !expected.has(change))), []);
  expect('changes with several', some([...seen].filter(([, n]) => n > 1).map(([change]) => change)), []);
  const failed = rows.filter(({ state }) => state !== 'succeeded');
  expect('executions that did not succeed', some(failed.map(({ id, state }) => `${id} ${state}`)), []);
  const astray = rows.filter(({ recordId, places }) => places.join() !== placesOf(recordId).join());
  expect(
    'executions that went another way',
    some(astray.map(({ id, places }) => `${id} ${places.join()}`)),
    [],
  );
  compareEffects(rows, source, expect);
  const takenOver = rows.filter(({ restarts }) => restarts > 0).length;
  return { executions: rows.length, effects: source.effects.byKey.size, takenOver };
}

function compareEffects(
  rows: readonly Ended[],
  { items, effects }: CrashSource,
  expect: (what: string, actual: unknown, expected: unknown) => void,
): void {
  const left = new Map(effects.byKey);
  const wrong: string[] = [];
  for (const { id, recordId, version, places } of rows) {
    if (!places.includes(actingPlace)) continue;
    const key = idempotencyKey(id, actingPlace);
    const revision = items.states.get(recordId)?.[version - 1];
    const wish = JSON.stringify({ id: recordId, revision });
    if (left.get(key) !== wish) wrong.push(`${recordId} version ${version}: ${left.get(key)}`);
    left.delete(key);
  }
  expect('effects that are not as wished', wrong.slice(0, 5), []);
  expect('effects that nobody wished for', [...left.values()].slice(0, 5), []);
  expect('keys that came with two wishes', effects.mixed.slice(0, 5), []);
}
