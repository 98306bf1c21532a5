import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';
import { namingIds, NAMING_MAX } from './related.ts';
import type { RecordData, RelatedDeps, Relatives } from './related.ts';
import { findRecordSet } from './sources.ts';

/** Earlier states that are looked through for records that named another one. */
const STATES_MAX = 20_000;

/**
 * Related records as they were at the moment of the evaluation, as far as their history goes back.
 * @param note is told where it doesn't: what was taken instead
 */
export function pastRelatives(deps: RelatedDeps, note: (text: string) => void): Relatives {
  const { database, search } = deps;
  const named = (recordSet: number, ids: readonly string[], at: Date) =>
    readRecordsAt(database, recordSet, ids, at, note);
  return {
    setOf: (connectionId, recordType) => findRecordSet(database, connectionId, recordType),
    named,
    /** Who names the record by now, and who did in states that have been replaced since. */
    async naming(recordSet, foreignKey, id, at) {
      const present = await namingIds(search, recordSet, foreignKey, id);
      const past = await namedSince(database, recordSet, { foreignKey, id, at });
      if (past.seen > STATES_MAX) {
        note(
          `more than ${STATES_MAX.toLocaleString('en')} records changed since ${at.toISOString()}: of the records that named ${id} then, some may be missing`,
        );
      }
      const ids = [...new Set([...present, ...past.ids])].slice(0, 2 * NAMING_MAX);
      const records = await named(recordSet, ids, at);
      return [...records.values()].filter((data) => data[foreignKey] === id).slice(0, NAMING_MAX);
    },
  };
}

/** Records as they were at a moment, by their ids and in their order; those that were not there are left out. */
async function readRecordsAt(
  db: Queryable,
  recordSet: number,
  ids: readonly string[],
  at: Date,
  note: (text: string) => void,
): Promise<ReadonlyMap<string, RecordData>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; data: RecordData; isGone: boolean; isLater: boolean }>(sql`
    with state as (
      select id, version, data, deleted_at, updated_at as valid_from from middle.record
      where record_set_id = ${recordSet} and id = any(${ids}::text[])
      union all
      select id, version, data, deleted_at, valid_from from middle.record_version
      where record_set_id = ${recordSet} and id = any(${ids}::text[]) and replaced_at > ${at}
    )
    select distinct on (s.id) s.id, s.data, s.deleted_at is not null as "isGone", s.valid_from > ${at} as "isLater"
    from state s
    -- A record that is younger than the moment has no state then; one whose state then has expired has its oldest known.
    where s.valid_from <= ${at} or exists (
      select from middle.record r where r.record_set_id = ${recordSet} and r.id = s.id and r.created_at <= ${at})
    order by s.id, s.valid_from > ${at}, case when s.valid_from <= ${at} then -s.version else s.version end`);
  for (const { id, isLater } of rows) {
    if (isLater)
      note(
        `the state of the record ${id} at ${at.toISOString()} has expired: its oldest known state was taken`,
      );
  }
  return new Map(rows.filter(({ isGone }) => !isGone).map(({ id, data }) => [id, data]));
}

async function namedSince(
  db: Queryable,
  recordSet: number,
  { foreignKey, id, at }: { readonly foreignKey: string; readonly id: string; readonly at: Date },
): Promise<{ readonly seen: number; readonly ids: readonly string[] }> {
  const { rows } = await db.query<{ seen: number; ids: readonly string[] }>(sql`
    with seen as materialized (
      select id, data ->> ${foreignKey} as value from middle.record_version
      where record_set_id = ${recordSet} and replaced_at > ${at} limit ${STATES_MAX + 1}
    )
    select (select count(*)::integer from seen) as seen,
      array(select distinct id from seen where value = ${id} order by id limit ${NAMING_MAX}) as ids`);
  return rows[0] ?? { seen: 0, ids: [] };
}
