import { updateSync as endpoint } from '@middle/contract/syncs/update-sync.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getSync } from '@middle/store/sync-history.ts';
import type { SyncView } from '@middle/store/sync-history.ts';
import { changeSync } from '@middle/store/sync-settings.ts';
import { handler } from '../call.ts';
import { syncAnswer } from './answer.ts';

export const updateSync = handler(endpoint, async ({ deps, params, accountId, body, caller }) => {
  const sync = await deps.database.transaction(async (client) => {
    const before = await existingSync(client, params.syncId);
    checkChange(before, body);
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    await changeSync(client, before.id, { ...before, ...given });
    const { enabled, everySeconds, overlapSeconds, catchUp, markDeleted, stallSeconds } = before;
    await addAuditEvent(client, caller, {
      action: 'sync.update',
      subjectKind: 'sync',
      subjectId: before.id,
      accountId,
      detail: {
        before: { enabled, everySeconds, overlapSeconds, catchUp, markDeleted, stallSeconds },
        after: body,
      },
    });
    return existingSync(client, before.id);
  });
  return syncAnswer(sync);
});

async function existingSync(db: Queryable, id: string): Promise<SyncView> {
  const sync = await getSync(db, id);
  if (sync === null) throw new MiddleError('not_found', `there is no sync ${id}`);
  return sync;
}

/** Each kind has settings of its own. */
function checkChange(sync: SyncView, change: Readonly<Record<string, unknown>>): void {
  const foreign = {
    complete: ['overlapSeconds', 'catchUp'],
    recent: ['markDeleted'],
    lookup: ['overlapSeconds', 'catchUp', 'markDeleted', 'everySeconds'],
  }[sync.kind].find((key) => Boolean(change[key]));
  if (foreign !== undefined) {
    throw new MiddleError('request_invalid', `a sync of the kind ${sync.kind} has no ${foreign}`, {
      data: { errors: [{ path: `body.${foreign}`, message: `is not known to the kind ${sync.kind}` }] },
    });
  }
  const { catchUp } = change;
  if (typeof catchUp !== 'object' || catchUp === null || !('timeZone' in catchUp)) return;
  if (!isTimeZone(String(catchUp.timeZone))) {
    throw new MiddleError('request_invalid', `${String(catchUp.timeZone)} is not a time zone`, {
      hint: 'Give an IANA name such as Europe/Brussels.',
      data: { errors: [{ path: 'body.catchUp.timeZone', message: 'is not a time zone' }] },
    });
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
