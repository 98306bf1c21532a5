import { MiddleError } from '@middle/core/errors.ts';
import type { CompileOptions } from '@middle/core/expression/check.ts';
import type { KnownRecordTypes } from '@middle/core/expression/records.ts';
import type { ExpressionType } from '@middle/core/expression/type.ts';
import type { Database } from '@middle/store/database.ts';
import { listRecordSetsOfAccount } from '@middle/store/record-sets.ts';
import type { RecordSet } from '@middle/store/record-sets.ts';

/** Record sets of one account that expressions may see; accounts have some dozens. */
const RECORD_SETS_MAX = 2_000;

export interface Sight {
  readonly options: CompileOptions & { readonly recordTypes: KnownRecordTypes };
  readonly sets: readonly RecordSet[];
  /** Each connection of the account by its own id: within types it may go by that. */
  readonly own: Readonly<Record<string, string>>;
  /** The connection that a name within a type stands for. */
  connectionOf(name: string): string;
}

interface Body {
  readonly scope: Readonly<Record<string, ExpressionType>>;
  readonly connections: Readonly<Record<string, string>>;
  readonly expected?: ExpressionType | undefined;
}

/**
 * What an expression sees in an account: its connections and no others.
 * @throws MiddleError not_found for a connection that is not of this account
 */
export async function sightOf(database: Database, accountId: string, body: Body): Promise<Sight> {
  const { scope, connections, expected } = body;
  const sets = await listRecordSetsOfAccount(database, accountId, RECORD_SETS_MAX);
  const missing = Object.values(connections).find(
    (id) => !sets.some(({ connectionId }) => connectionId === id),
  );
  if (missing !== undefined)
    throw new MiddleError('not_found', `there is no connection ${missing} in this account`);
  const connectionOf = (name: string): string =>
    Object.hasOwn(connections, name) ? (connections[name] ?? name) : name;
  const recordTypes: KnownRecordTypes = {
    of: (name) =>
      sets
        .filter(({ connectionId }) => connectionId === connectionOf(name))
        .map(({ recordType }) => recordType),
  };
  const own = Object.fromEntries(sets.map(({ connectionId }) => [connectionId, connectionId]));
  return {
    own,
    options: { scope, recordTypes, ...(expected !== undefined && { expected }) },
    sets,
    connectionOf,
  };
}
