import type { Endpoint } from '@middle/contract/endpoint.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { allows, PERMISSIONS, visibleAccounts } from '@middle/core/permissions.ts';
import type { Database } from '@middle/store/database.ts';
import { ACCOUNT_OF } from '@middle/store/subjects.ts';
import type { SubjectParam } from '@middle/store/subjects.ts';
import type { Caller } from '../call.ts';

/** Work of the stack as a whole, such as a rebuild of the search index: no account's role is enough for it. */
export const NO_ACCOUNT = '';

/**
 * The one place where permissions are enforced. What lies in an account that the caller doesn't see is answered like
 * what does not exist.
 * @returns the account of the subject that the path names
 * @throws MiddleError not_signed_in, not_found, not_allowed
 */
export async function permit(
  database: Database,
  endpoint: Endpoint,
  caller: Caller,
  params: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { permission } = endpoint;
  if (permission === 'public') return NO_ACCOUNT;
  if (caller.kind === 'nobody') {
    throw new MiddleError('not_signed_in', 'nobody is signed in', { hint: 'Sign in, and try again.' });
  }
  if (permission === 'signed_in') return NO_ACCOUNT;

  const subject = subjectParam(endpoint);
  const accountId =
    subject === null ? undefined : await accountOf(database, subject, String(params[subject]));
  const visible = visibleAccounts(caller.access);
  if (accountId === null || (accountId !== undefined && visible !== null && !visible.includes(accountId))) {
    throw new MiddleError('not_found', `there is no ${nounOf(subject)} ${String(params[subject ?? ''])}`);
  }
  // Without a subject an account permission asks: in any account? The list itself is filtered by what is visible.
  if (!allows(caller.access, permission, accountId)) {
    const scope = PERMISSIONS[permission].scope === 'stack' ? 'this stack' : 'this account';
    throw new MiddleError('not_allowed', `your role in ${scope} does not allow ${permission}`, {
      hint: 'An owner of the stack can change your role.',
      data: { permission },
    });
  }
  return accountId ?? NO_ACCOUNT;
}

export function subjectParam(endpoint: Endpoint): SubjectParam | null {
  const [, first] = /\{(\w+)\}/.exec(endpoint.path) ?? [];
  return first !== undefined && isSubject(first) ? first : null;
}

function isSubject(param: string): param is SubjectParam {
  return Object.hasOwn(ACCOUNT_OF, param);
}

async function accountOf(database: Database, subject: SubjectParam, id: string): Promise<string | null> {
  return ACCOUNT_OF[subject](database, id);
}

/** `invalidRecordId` is an invalid record. */
function nounOf(param: string | null): string {
  return (param ?? 'subjectId')
    .replace(/Id$/, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
