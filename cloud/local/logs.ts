import type pg from 'pg';
import sql, { empty, join, raw } from 'sql-template-tag';
import type { Sql } from 'sql-template-tag';
import { MiddleError } from '@middle/core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { LOG_RETENTION_DAYS, LOG_TEXT_MAX_BYTES } from '../ports/logs.ts';
import type { LogEntry, LogPage, LogQuery, Logs } from '../ports/logs.ts';

/** A search over many days stops after this long, instead of holding a connection of the stack. */
const READ_TIMEOUT_MILLISECONDS = 5_000;
const DAY_MILLISECONDS = 86_400_000;
/** Postgres: query_canceled, here by statement_timeout. */
const QUERY_CANCELED = '57014';

/** Logs on the stack's Postgres, in a schema of their own (migrations/0002_logs.sql). */
export function localLogs(deps: { readonly pool: pg.Pool; readonly clock: Clock }): Logs {
  const knownDays = new Set<string>();

  const keepable = (entries: readonly LogEntry[]): readonly LogEntry[] => {
    const oldest = dayOf(deps.clock.now().getTime() - LOG_RETENTION_DAYS * DAY_MILLISECONDS);
    return entries.filter((entry) => dayOf(millisecondsOf(entry.invocation)) >= oldest);
  };

  return {
    async append(entries) {
      const kept = keepable(entries);
      if (kept.length === 0) return;
      for (const day of new Set(kept.map((entry) => dayOf(millisecondsOf(entry.invocation))))) {
        if (knownDays.has(day)) continue;
        await deps.pool.query(sql`select logs.add_day(${day}::date)`);
        knownDays.add(day);
      }
      await deps.pool.query(insertion(kept));
    },

    async read(query) {
      const client = await deps.pool.connect();
      let broken = true;
      try {
        await client.query('begin read only');
        await client.query(`set local statement_timeout = ${READ_TIMEOUT_MILLISECONDS}`);
        const { rows } = await client.query<LogEntry>(selection(query));
        await client.query('commit');
        broken = false;
        return pageOf(query, rows);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === QUERY_CANCELED)) throw error;
        throw new MiddleError(
          'request_invalid',
          `searching the logs took longer than ${READ_TIMEOUT_MILLISECONDS} ms`,
          {
            hint: 'Choose a shorter time, an app or a run.',
            cause: error,
          },
        );
      } finally {
        // A client with an open transaction is closed, not handed out again.
        client.release(broken);
      }
    },

    async expire(now) {
      const before = dayOf(now.getTime() - LOG_RETENTION_DAYS * DAY_MILLISECONDS);
      const { rows } = await deps.pool.query<{ dropped: number }>(
        sql`select logs.drop_days(${before}::date) as dropped`,
      );
      for (const day of knownDays) if (day < before) knownDays.delete(day);
      return rows[0]?.dropped ?? 0;
    },
  };
}

function insertion(entries: readonly LogEntry[]): Sql {
  return sql`
    insert into logs.entry (invocation, sequence, line, app, at, level, text)
    select * from unnest(
      ${entries.map((entry) => entry.invocation)}::uuid[], ${entries.map((entry) => entry.sequence)}::integer[],
      ${entries.map((entry) => entry.line)}::integer[], ${entries.map((entry) => entry.app)}::text[],
      ${entries.map((entry) => entry.at.toISOString())}::timestamptz[],
      ${entries.map((entry) => entry.level)}::text[], ${entries.map((entry) => storable(entry.text))}::text[])
    on conflict do nothing`;
}

function selection(query: LogQuery): Sql {
  const newest = query.order === 'newest_first';
  const byEmission = query.invocations !== undefined;
  const where: Sql[] = [sql`true`];
  if (query.invocations !== undefined) where.push(sql`invocation = any(${query.invocations}::uuid[])`);
  if (query.app !== undefined) where.push(sql`app = ${query.app}`);
  if (query.since !== undefined) where.push(sql`at >= ${query.since}`);
  if (query.until !== undefined) where.push(sql`at < ${query.until}`);
  if (query.text !== undefined && query.text !== '') {
    where.push(sql`text ilike ${`%${storable(query.text).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`}`);
  }
  if (query.after !== undefined) {
    const after = parseCursor(query.after, byEmission);
    const key = byEmission ? raw('invocation, sequence, line') : raw('at, invocation, sequence, line');
    const at = byEmission ? empty : sql`${after.at}::timestamptz, `;
    where.push(
      sql`(${key}) ${raw(newest ? '<' : '>')} (${at}${after.invocation}::uuid, ${after.sequence}, ${after.line})`,
    );
  }
  const direction = newest ? 'desc' : 'asc';
  const order = [...(byEmission ? [] : ['at']), 'invocation', 'sequence', 'line'].map(
    (name) => `${name} ${direction}`,
  );
  return sql`
    select invocation, sequence, line, app, at, level, text from logs.entry
    where ${join(where, ' and ')} order by ${raw(order.join(', '))} limit ${query.limit + 1}`;
}

function pageOf(query: LogQuery, rows: readonly LogEntry[]): LogPage {
  const entries = rows.slice(0, query.limit);
  const last = entries.at(-1);
  if (rows.length <= query.limit || last === undefined) return { entries, next: null };
  const cursor = [last.at.toISOString(), last.invocation, last.sequence, last.line];
  const order = query.invocations === undefined ? 'time' : 'emission';
  return { entries, next: Buffer.from(JSON.stringify([order, ...cursor])).toString('base64url') };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function parseCursor(text: string, byEmission: boolean) {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(parsed)) {
      const [order, at, invocation, sequence, line] = parsed as readonly unknown[];
      if (
        order === (byEmission ? 'emission' : 'time') &&
        typeof at === 'string' &&
        !Number.isNaN(Date.parse(at)) &&
        typeof invocation === 'string' &&
        UUID.test(invocation) &&
        isSmallInteger(sequence) &&
        isSmallInteger(line)
      ) {
        return { at, invocation, sequence, line };
      }
    }
  } catch {
    // Falls through: not JSON is as wrong as any other text.
  }
  throw new MiddleError('request_invalid', 'the cursor is not one this list gave', {
    hint: 'Start from the first page.',
  });
}

const isSmallInteger = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31;

/** Text as Postgres can hold it: no NUL, and not longer than any adapter keeps. */
function storable(text: string): string {
  const clean = text.replaceAll('\0', '\u{FFFD}');
  if (clean.length * 3 <= LOG_TEXT_MAX_BYTES) return clean;
  return Buffer.from(clean)
    .subarray(0, LOG_TEXT_MAX_BYTES)
    .toString()
    .replace(/\u{FFFD}+$/u, '');
}

/** A UUIDv7 begins with its Unix time in milliseconds, 48 bits. */
const millisecondsOf = (invocation: string): number =>
  Number.parseInt(invocation.replaceAll('-', '').slice(0, 12), 16);

/** `YYYY-MM-DD` in UTC: sorts as text. */
const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
