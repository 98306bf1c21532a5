import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseError } from 'pg';
import type { Client } from 'pg';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { withClient } from './client.ts';
import type { DatabaseAddress } from './database.ts';

/** A folder of migrations that one part of the stack owns. */
export interface MigrationSet {
  readonly name: string;
  readonly folder: string;
}

export interface Migration {
  readonly set: string;
  readonly name: string;
  /** Whether the release before this one fails on the changed schema. */
  readonly breaking: boolean;
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  readonly text: string;
}

const FILE = /^\d{4}_[a-z0-9_]+\.sql$/;
const FIRST_LINE = /^-- breaking: (yes|no)$/;
/** Any constant that no other advisory lock of the stack uses. */
const LOCK = 4_605_510_291;

/** Reads the sets in the order given, and the files of each by name. */
export async function readMigrations(sets: readonly MigrationSet[]): Promise<Migration[]> {
  const all: Migration[] = [];
  for (const { name: set, folder } of sets) {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
    for (const file of files) all.push(await readMigration(set, path.join(folder, file)));
  }
  return all;
}

async function readMigration(set: string, file: string): Promise<Migration> {
  const name = path.basename(file);
  const text = await readFile(file, 'utf8');
  const flag = FIRST_LINE.exec(text.slice(0, text.indexOf('\n')).trimEnd())?.[1];
  if (!FILE.test(name)) {
    throw new MiddleError('migration_failed', `A migration must be named like 0001_first_words.sql: ${file}`);
  }
  if (flag === undefined) {
    throw new MiddleError(
      'migration_failed',
      `The first line must be "-- breaking: yes" or "-- breaking: no": ${file}`,
    );
  }
  const digest = createHash('sha256').update(text).digest('hex');
  return { set, name, breaking: flag === 'yes', digest, text };
}

/**
 * Brings a database to the newest schema, as its owner. Each migration is one transaction that also records it; two
 * runs at once wait for each other. A database that a newer release has changed, or whose applied migrations are no
 * longer what they were, is left alone.
 * @returns the migrations applied now.
 */
export async function migrate(address: DatabaseAddress, sets: readonly MigrationSet[]): Promise<Migration[]> {
  const migrations = await readMigrations(sets);
  return withClient(address, async (client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(RECORD);
    const { rows } = await client.query<Applied>(
      'select set, name, digest from migration.applied order by set, name',
    );
    const due = whatIsDue(migrations, rows);
    for (const migration of due) await apply(client, migration);
    return due;
  });
}

const RECORD = `
  create schema if not exists migration;
  create table if not exists migration.applied (
    set text not null,
    name text not null,
    breaking boolean not null,
    digest text not null,
    applied_at timestamptz not null default now(),
    primary key (set, name)
  );
  grant usage on schema migration to middle_api, middle_worker;
  grant select on migration.applied to middle_api, middle_worker`;

export interface Applied {
  readonly set: string;
  readonly name: string;
  readonly digest: string;
}

/** Compares what this release brings with what the database has. */
export function whatIsDue(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  for (const row of applied) {
    const file = migrations.find(({ set, name }) => set === row.set && name === row.name);
    if (file === undefined) {
      throw new MiddleError(
        'migration_failed',
        `The database is newer than this release: it has ${row.set}/${row.name}.`,
        {
          hint: 'Start the release that last ran on this data, or a later one.',
        },
      );
    }
    if (file.digest !== row.digest) {
      throw new MiddleError(
        'migration_failed',
        `The migration ${row.set}/${row.name} was changed after it was applied.`,
        {
          hint: 'Put the file back as it was, and write a new migration for the change.',
          data: { applied: row.digest, file: file.digest },
        },
      );
    }
  }
  const last = new Map<string, string>();
  for (const { set, name } of applied) if (name > (last.get(set) ?? '')) last.set(set, name);
  const due = migrations.filter(
    ({ set, name }) => !applied.some((row) => row.set === set && row.name === name),
  );
  const late = due.find(({ set, name }) => name < (last.get(set) ?? ''));
  if (late !== undefined) {
    throw new MiddleError(
      'migration_failed',
      `The migration ${late.set}/${late.name} comes before ones already applied.`,
      {
        hint: `Give it a number after ${last.get(late.set) ?? ''}.`,
      },
    );
  }
  return due;
}

async function apply(client: Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.text);
    await client.query(
      'insert into migration.applied (set, name, breaking, digest) values ($1, $2, $3, $4)',
      [migration.set, migration.name, migration.breaking, migration.digest],
    );
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => {});
    const line = cause instanceof DatabaseError ? lineOf(migration.text, cause.position) : '';
    throw new MiddleError(
      'migration_failed',
      `${migration.set}/${migration.name}${line}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function lineOf(text: string, position: string | undefined): string {
  if (position === undefined) return '';
  return `:${text.slice(0, Number(position) - 1).split('\n').length}`;
}
