import { MiddleError } from '@middle/core/errors.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getApiKey, workflowsOf } from '@middle/store/real-time/keys.ts';
import type { ApiKeyView } from '@middle/store/real-time/keys.ts';
import { violates } from '../http/violates.ts';

export async function existingApiKey(db: Queryable, id: string): Promise<ApiKeyView> {
  const key = await getApiKey(db, id);
  if (key === null) throw new MiddleError('not_found', `there is no api key ${id}`);
  return key;
}

/** @throws MiddleError conflict for one that was revoked */
export async function usableApiKey(db: Queryable, id: string): Promise<ApiKeyView> {
  const key = await existingApiKey(db, id);
  if (key.state !== 'revoked') return key;
  throw new MiddleError('conflict', `the key “${key.name}” was revoked`, {
    hint: 'Nothing brings a revoked key back: make another one.',
  });
}

/** @throws MiddleError request_invalid when one is not a workflow of the account */
export async function requireWorkflows(
  db: Queryable,
  accountId: string,
  ids: readonly string[] | null | undefined,
): Promise<void> {
  if (ids === null || ids === undefined) return;
  const known = new Set(await workflowsOf(db, accountId, ids));
  const at = ids.findIndex((id) => !known.has(id));
  if (at === -1) return;
  throw new MiddleError(
    'request_invalid',
    `workflowIds: there is no workflow ${ids[at] ?? ''} in this account`,
    {
      data: { errors: [{ path: `body.workflowIds.${at}`, message: 'is no workflow of this account' }] },
    },
  );
}

/** @throws MiddleError request_invalid: such a key would never have worked */
export function requireFuture(expiresAt: string | null | undefined, now: Date): void {
  if (expiresAt === null || expiresAt === undefined || new Date(expiresAt) > now) return;
  throw new MiddleError('request_invalid', 'expiresAt: must be in the future', {
    data: { errors: [{ path: 'body.expiresAt', message: 'must be in the future' }] },
  });
}

export function nameTaken(error: unknown, name: string): unknown {
  if (!violates(error, 'api_key_name')) return error;
  return new MiddleError('conflict', `the account already has a key named “${name}”`, { cause: error });
}
