import { alertPath } from '@middle/core/alert/place.ts';
import { dueEvent, paceOf, toldAfter } from '@middle/core/alert/plan.ts';
import { htmlOf, payloadOf, subjectOf, textOf } from '@middle/core/alert/words.ts';
import type { AlertNews, ToldAlert } from '@middle/core/alert/words.ts';
import type { Channel } from '@middle/store/alerts/channels.ts';
import type { AlertView } from '@middle/store/alerts/list.ts';
import {
  addMessage,
  hearingsOf,
  madeLately,
  setHeld,
  tellingChannels,
} from '@middle/store/alerts/messages.ts';
import type { MessageContent } from '@middle/store/alerts/messages.ts';
import type { Queryable } from '@middle/store/database.ts';
import { readPublicUrl } from '@middle/store/public-url.ts';
import { uuidv7 } from '@middle/store/uuid.ts';

/** The end of an alert is told for so long, should a channel's hours be full. */
const ENDS_MILLISECONDS = 7 * 86_400_000;

/** Writes what each channel is to be told now, at most one message each. */
export async function tellChannels(db: Queryable, now: Date): Promise<void> {
  const portal = await readPublicUrl(db);
  for (const channel of await tellingChannels(db)) await tellOne(db, channel, portal, now);
}

async function tellOne(db: Queryable, channel: Channel, portal: string | null, now: Date): Promise<void> {
  const hearings = await hearingsOf(db, channel, new Date(now.getTime() - ENDS_MILLISECONDS));
  const due = hearings.flatMap(({ alert, told }) => {
    const event = dueEvent(alert, told, now, channel.createdAt);
    return event === null ? [] : [{ alert, event, after: toldAfter(told, event, now) }];
  });
  if (due.length === 0) {
    if (channel.heldSince !== null) await setHeld(db, channel.id, null);
    return;
  }
  const pace = paceOf(channel, await madeLately(db, channel.id, now), now);
  if (pace === 'hold' && channel.heldSince === null) await setHeld(db, channel.id, now);
  if (pace !== 'send') return;
  const id = uuidv7(now);
  const news: AlertNews = {
    messageId: id,
    at: now,
    portal,
    tellings: due.map(({ alert, event }) => ({ event, alert: toldAlert(alert) })),
    heldSince: channel.heldSince,
  };
  const told = due.map(({ alert, event, after }) => ({ alertId: alert.id, event, after }));
  await addMessage(db, { id, channelId: channel.id, content: contentOf(news), now, told });
  if (channel.heldSince !== null) await setHeld(db, channel.id, null);
}

function contentOf(news: AlertNews): MessageContent {
  return {
    subject: subjectOf(news),
    text: textOf(news),
    html: htmlOf(news),
    payload: payloadOf(news),
  };
}

function toldAlert(alert: AlertView): ToldAlert {
  const { accountKey, accountName } = alert;
  return {
    ...alert,
    account: accountKey === null || accountName === null ? null : { key: accountKey, name: accountName },
    path: alertPath(alert.kind, alert.data),
  };
}
