import type { alert, alertChannel } from '@middle/contract/alerts/alert.ts';
import { ALERT_KINDS, thresholdsOf } from '@middle/core/alert/kinds.ts';
import { alertPath } from '@middle/core/alert/place.ts';
import { titleOf } from '@middle/core/alert/words.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getChannel } from '@middle/store/alerts/channels.ts';
import type { ChannelView } from '@middle/store/alerts/channels.ts';
import type { AlertView } from '@middle/store/alerts/list.ts';
import type { AlertRule } from '@middle/store/alerts/rules.ts';
import type { Queryable } from '@middle/store/database.ts';
import type { z } from 'zod';
import type { Sendable } from '../call.ts';

export function alertAnswer(view: AlertView): Sendable<z.output<typeof alert>> {
  const { id, kind, message, data, accountId, accountKey, accountName } = view;
  const hasAccount = accountId !== null && accountKey !== null && accountName !== null;
  return {
    id,
    kind,
    title: titleOf(view),
    message,
    next: ALERT_KINDS[kind].next,
    path: alertPath(kind, data),
    account: hasAccount ? { id: accountId, key: accountKey, name: accountName } : null,
    occurrences: view.occurrences,
    raisedAt: view.raisedAt,
    seenAt: view.seenAt,
    resolvedAt: view.clearedAt,
    acknowledgedAt: view.acknowledgedAt,
    acknowledgedBy: view.acknowledgedBy,
    snoozedUntil: view.snoozedUntil,
  };
}

export function ruleAnswer({ kind, enabled, thresholds }: AlertRule) {
  return {
    kind,
    title: ALERT_KINDS[kind].rule,
    enabled,
    thresholds,
    choices: thresholdsOf(kind),
  };
}

type ChannelAnswer = Sendable<z.output<typeof alertChannel>>;

export function channelAnswer(view: ChannelView): ChannelAnswer {
  return view;
}

export async function existingChannel(db: Queryable, id: string): Promise<ChannelView> {
  const view = await getChannel(db, id);
  if (view === null) throw new MiddleError('not_found', `there is no channel ${id}`);
  return view;
}
