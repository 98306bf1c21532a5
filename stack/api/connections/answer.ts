import type { Keys } from '@middle/cloud/ports/keys.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { AuthConfig, Manifest } from '@middle/core/manifest.ts';
import { getAppVersionById } from '@middle/store/app-versions.ts';
import { getConnection } from '@middle/store/connections.ts';
import type { Connection } from '@middle/store/connections.ts';
import type { Queryable } from '@middle/store/database.ts';
import type { Deps } from '../deps.ts';

export type Fields = Readonly<Record<string, string | boolean>>;

/** Sealed with the connection's id, so credentials can't be moved to another row. */
function contextOf(connectionId: string): string {
  return `connection:${connectionId}`;
}

export async function sealFields(keys: Keys, connectionId: string, fields: Fields): Promise<Uint8Array> {
  return keys.seal(Buffer.from(JSON.stringify(fields)), contextOf(connectionId));
}

export async function openFields(
  keys: Keys,
  connection: Pick<Connection, 'id' | 'credentials'>,
): Promise<Fields> {
  if (connection.credentials === null) return {};
  const opened = await keys.open(connection.credentials, contextOf(connection.id));
  const fields: Fields = JSON.parse(Buffer.from(opened).toString());
  return fields;
}

/** What people see of a connection: protected fields stay sealed. */
export async function connectionAnswer(keys: Keys, connection: Connection, manifest: Manifest) {
  const { credentials, versionId: _versionId, ...rest } = connection;
  const auth = manifest.auth.find(({ key }) => key === connection.authConfig);
  const open = new Set(auth?.fields.filter(({ kind }) => kind !== 'protected').map(({ key }) => key));
  const fields = Object.entries(await openFields(keys, connection)).filter(([key]) => open.has(key));
  return { ...rest, hasCredentials: credentials !== null, fields: Object.fromEntries(fields) };
}

export async function answerFor(deps: Deps, id: string) {
  const connection = await getConnection(deps.database, id);
  const { manifest } = await getAppVersionById(deps.database, connection.versionId);
  return connectionAnswer(deps.keys, connection, manifest);
}

/**
 * The auth config that the fields are for, and the fields as they are stored.
 * @param kept what is stored now; a protected field that is left out keeps its value
 * @throws MiddleError credentials_invalid
 */
export function checkFields(
  manifest: Manifest,
  given: { readonly authConfig?: string | undefined; readonly fields: Fields },
  kept: Fields,
): { auth: AuthConfig; fields: Fields } {
  const auth =
    given.authConfig === undefined
      ? manifest.auth[0]
      : manifest.auth.find(({ key }) => key === given.authConfig);
  if (auth === undefined) {
    throw new MiddleError(
      'credentials_invalid',
      manifest.auth.length === 0
        ? 'the app asks for no credentials'
        : `the app has no auth config ${given.authConfig ?? ''}`,
      { hint: `It has: ${manifest.auth.map(({ key }) => key).join(', ') || 'none'}.` },
    );
  }
  const errors: { path: string; message: string }[] = [];
  const fields: Record<string, string | boolean> = {};
  for (const field of auth.fields) {
    const value = given.fields[field.key] ?? (field.kind === 'protected' ? kept[field.key] : undefined);
    const path = `body.fields.${field.key}`;
    if (value === undefined || value === '') {
      if (field.required && field.kind !== 'boolean')
        errors.push({ path, message: `${field.title} is missing` });
    } else if ((typeof value === 'boolean') !== (field.kind === 'boolean')) {
      errors.push({
        path,
        message: `${field.title} must be ${field.kind === 'boolean' ? 'true or false' : 'text'}`,
      });
    } else fields[field.key] = value;
  }
  for (const key of Object.keys(given.fields)) {
    if (!auth.fields.some((field) => field.key === key))
      errors.push({ path: `body.fields.${key}`, message: 'is not a field of this form' });
  }
  const [first] = errors;
  if (first !== undefined) throw new MiddleError('credentials_invalid', first.message, { data: { errors } });
  return { auth, fields };
}

/** @throws MiddleError conflict when the credential is another app's, or not open to the account */
export async function checkAppCredential(
  db: Queryable,
  appKey: string,
  accountId: string,
  credentialId: string | null,
): Promise<void> {
  if (credentialId === null) return;
  const { existingApp } = await import('../apps/get-app.ts');
  const { getAppCredential } = await import('@middle/store/app-credentials.ts');
  const app = await existingApp(db, appKey);
  const credential = await getAppCredential(db, app.id, credentialId);
  const isOpen =
    credential !== null &&
    (credential.allowedAccounts.length === 0 || credential.allowedAccounts.includes(accountId));
  if (!isOpen)
    throw new MiddleError('conflict', `the app ${appKey} has no credential ${credentialId} for this account`);
}
