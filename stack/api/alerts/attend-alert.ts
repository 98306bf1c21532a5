import { attendAlert as endpoint } from '@middle/contract/alerts/attend-alert.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { attendAlert as attend, getAlert } from '@middle/store/alerts/list.ts';
import type { AlertView } from '@middle/store/alerts/list.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Queryable } from '@middle/store/database.ts';
import { handler } from '../call.ts';
import { alertAnswer } from './answer.ts';

const SNOOZE_MOST_DAYS = 90;

export const attendAlert = handler(endpoint, async ({ deps, params, body, accountId, caller }) => {
  const now = deps.clock.now();
  requireNear(body.snoozedUntil, now);
  return deps.database.transaction(async (client) => {
    const { id, clearedAt, kind, subject } = await existing(client, params.alertId);
    if (clearedAt !== null) {
      throw new MiddleError('conflict', 'the alert is over', {
        hint: 'There is nothing to look after any more.',
      });
    }
    const { acknowledged } = body;
    await attend(client, id, {
      ...(acknowledged === undefined
        ? {}
        : { acknowledged: acknowledged ? { by: caller.actorName, at: now } : null }),
      snoozedUntil: body.snoozedUntil,
    });
    await addAuditEvent(client, caller, {
      action: 'alert.attend',
      subjectKind: 'alert',
      subjectId: id,
      accountId: accountId === '' ? null : accountId,
      detail: { kind, subject, ...body },
    });
    return alertAnswer(await existing(client, id));
  });
});

async function existing(db: Queryable, id: string): Promise<AlertView> {
  const view = await getAlert(db, id);
  if (view === null) throw new MiddleError('not_found', `there is no alert ${id}`);
  return view;
}

function requireNear(until: string | null | undefined, now: Date): void {
  if (until === null || until === undefined) return;
  const most = now.getTime() + SNOOZE_MOST_DAYS * 86_400_000;
  const at = Date.parse(until);
  if (at > now.getTime() && at <= most) return;
  throw new MiddleError(
    'request_invalid',
    `an alert is quiet for ${SNOOZE_MOST_DAYS} days at the most, from now`,
    {
      data: {
        errors: [{ path: 'body.snoozedUntil', message: `between now and ${new Date(most).toISOString()}` }],
      },
    },
  );
}
