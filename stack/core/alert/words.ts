import { ALERT_KINDS } from './kinds.ts';
import type { AlertKind } from './kinds.ts';
import type { AlertEvent } from './plan.ts';

/** An alert as it is told. */
export interface ToldAlert {
  readonly id: string;
  readonly kind: AlertKind;
  /** Of the workflow, sync, connection or app. */
  readonly name: string;
  readonly message: string;
  readonly account: { readonly key: string; readonly name: string } | null;
  readonly raisedAt: Date;
  readonly clearedAt: Date | null;
  readonly occurrences: number;
  /** A page of the portal, from its root. */
  readonly path: string;
}

export interface Telling {
  readonly event: AlertEvent;
  readonly alert: ToldAlert;
}

/** All that one message says. */
export interface AlertNews {
  readonly messageId: string;
  readonly at: Date;
  /** Where the portal is, without a slash at the end; null: not known. */
  readonly portal: string | null;
  readonly tellings: readonly Telling[];
  /** Since when the channel held messages back, because its hour was full. */
  readonly heldSince: Date | null;
}

const SHOWN_MOST = 50;
const SUBJECT_MOST = 160;
const MESSAGE_MOST = 600;

export function titleOf({ kind, name }: Pick<ToldAlert, 'kind' | 'name'>): string {
  return ALERT_KINDS[kind].title(`“${plain(name, 120)}”`);
}

/**
 * Text of others on one line: without control characters, which could add headers or lines, and without marks that turn
 * the direction of what follows.
 */
export function plain(text: string, most: number): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+/gu, ' ')
    .trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}

/**
 * Without what looks like a secret. Functions write these texts, and what they write goes to mailboxes: the query of an
 * address, its user and password, tokens and keys are left out, here once more.
 */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1…@')
    .replaceAll(/(\bhttps?:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, '$1?…')
    .replaceAll(/\b(bearer|basic|token)\s+[\w.~+/=-]{8,}/gi, '$1 …')
    .replaceAll(
      /\b([\w-]*(?:password|passwd|pwd|secret|token|api[_-]?key|authorization|credential)[\w-]*["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi,
      '$1…',
    )
    .replaceAll(/\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{32,}(?:\.[\w-]+)*/g, (word) =>
      /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(word) ? word : '…',
    );
}

export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? mark);
}

export function moment(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const LEADS: Readonly<Record<AlertEvent, string>> = {
  opened: '',
  reminder: 'Still: ',
  resolved: 'Resolved: ',
  passed: 'Came and went: ',
};

export function subjectOf({ tellings }: AlertNews): string {
  const [first] = tellings;
  if (first !== undefined && tellings.length === 1) {
    const { account } = first.alert;
    const where = account === null ? '' : `${plain(account.name, 60)}: `;
    return plain(`${LEADS[first.event]}${where}${titleOf(first.alert)}`, SUBJECT_MOST);
  }
  const open = tellings.filter(({ event }) => event === 'opened' || event === 'reminder').length;
  const over = tellings.length - open;
  const parts = [...(open > 0 ? [`${open} open`] : []), ...(over > 0 ? [`${over} resolved`] : [])];
  return `${tellings.length} alerts: ${parts.join(', ')}`;
}

/** What an alert says: what, where, since when, what to do next. */
function linesOf({ event, alert }: Telling, portal: string | null): readonly string[] {
  const isOver = event === 'resolved' || event === 'passed';
  const end = alert.clearedAt === null ? '' : ` to ${moment(alert.clearedAt)}`;
  const times = alert.occurrences > 1 ? `, ${alert.occurrences} times` : '';
  return [
    ...(alert.account === null ? [] : [`Account: ${plain(alert.account.name, 120)}`]),
    `What: ${plain(withoutSecrets(alert.message), MESSAGE_MOST)}`,
    `Since: ${moment(alert.raisedAt)}${end}${times}`,
    ...(isOver ? [] : [`Next: ${ALERT_KINDS[alert.kind].next}`]),
    ...(portal === null ? [] : [`Where: ${portal}${alert.path}`]),
  ];
}

/** Lines after the alerts. */
function footOf(news: AlertNews): readonly string[] {
  const more = news.tellings.length - SHOWN_MOST;
  return [
    ...(more > 0 ? [`And ${more} more; all are on the page of alerts.`] : []),
    ...(news.heldSince === null
      ? []
      : [
          `The channel's hour was full: since ${moment(news.heldSince)} messages were held back. The ${news.tellings.length} alerts here are what they would have said.`,
        ]),
    ...(news.portal === null
      ? []
      : [`Acknowledge or snooze alerts, or change what you are told of: ${news.portal}/alerts`]),
  ];
}

export function textOf(news: AlertNews): string {
  const parts = news.tellings
    .slice(0, SHOWN_MOST)
    .map((one) =>
      [
        `${LEADS[one.event]}${titleOf(one.alert)}`,
        ...linesOf(one, news.portal).map((line) => `  ${line}`),
      ].join('\n'),
    );
  return `${[...parts, ...footOf(news)].join('\n\n')}\n`;
}

export function htmlOf(news: AlertNews): string {
  const parts = news.tellings.slice(0, SHOWN_MOST).map((one) => {
    const lines = linesOf(one, news.portal).map((line) => `<br>${linked(line)}`);
    return `<p><strong>${escapeHtml(`${LEADS[one.event]}${titleOf(one.alert)}`)}</strong>${lines.join('')}</p>`;
  });
  const foot = footOf(news).map((line) => `<p>${linked(line)}</p>`);
  return page([...parts, ...foot]);
}

/** Lines of text as a page. */
export function htmlPage(lines: readonly string[]): string {
  return page(lines.map((line) => `<p>${escapeHtml(line)}</p>`));
}

function page(parts: readonly string[]): string {
  return `<!doctype html>\n<html><body style="font-family: sans-serif">\n${parts.join('\n')}\n</body></html>\n`;
}

/** Only an address that we wrote ourselves, at the end of a line of ours, becomes a link. */
function linked(line: string): string {
  const [, before, address] = /^(Where: |Acknowledge [^:]*: )(https?:\/\/\S+)$/.exec(line) ?? [];
  if (before === undefined || address === undefined) return escapeHtml(line);
  return `${escapeHtml(before)}<a href="${escapeHtml(address)}">${escapeHtml(address)}</a>`;
}

/** What a webhook gets. */
export function payloadOf(news: AlertNews) {
  return {
    id: news.messageId,
    at: news.at.toISOString(),
    subject: subjectOf(news),
    alerts: news.tellings.slice(0, SHOWN_MOST).map(({ event, alert }) => ({
      event,
      id: alert.id,
      kind: alert.kind,
      title: titleOf(alert),
      message: plain(withoutSecrets(alert.message), MESSAGE_MOST),
      account: alert.account === null ? null : { key: alert.account.key, name: alert.account.name },
      raisedAt: alert.raisedAt.toISOString(),
      resolvedAt: alert.clearedAt?.toISOString() ?? null,
      occurrences: alert.occurrences,
      next: ALERT_KINDS[alert.kind].next,
      link: news.portal === null ? null : `${news.portal}${alert.path}`,
    })),
    more: Math.max(0, news.tellings.length - SHOWN_MOST),
    heldBackSince: news.heldSince?.toISOString() ?? null,
  };
}
