import type { Client } from '@middle/contract/client.ts';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { bad, careful, faint, good, table } from '../output.ts';

type Alert = Awaited<ReturnType<Client['listAlerts']>>['items'][number];

const HOURS_MOST = 2_160;

export function register(program: Command, context: Context): void {
  const alerts = program.command('alerts').description('See what is wrong, and look after it.');
  alerts
    .command('list')
    .description('List open alerts of the stack and of its accounts, newest first.')
    .option('--account <account>', 'of this account only, by key or id')
    .option('--resolved', 'those that are over')
    .option('--limit <n>', 'how many, 200 at most', readLimit, 50)
    .action((options: ListOptions) => list(options, context));
  alerts
    .command('acknowledge')
    .description('Look after an alert: it sends no more reminders.')
    .argument('<alert>', 'id of the alert')
    .action((alertId: string) => attend(alertId, { acknowledged: true }, context));
  alerts
    .command('snooze')
    .description('Let an alert be quiet for a while.')
    .argument('<alert>', 'id of the alert')
    .option('--hours <n>', 'for how long', readHours, 8)
    .action((alertId: string, { hours }: { hours: number }) =>
      attend(alertId, { snoozedUntil: new Date(Date.now() + hours * 3_600_000).toISOString() }, context),
    );
}

interface ListOptions {
  readonly account?: string;
  readonly resolved?: boolean;
  readonly limit: number;
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 200) return limit;
  throw new InvalidArgumentError('It is a whole number from 1 to 200.');
}

function readHours(text: string): number {
  const hours = Number(text);
  if (Number.isFinite(hours) && hours > 0 && hours < HOURS_MOST) return hours;
  throw new InvalidArgumentError(`It is a number of hours above 0 and below ${HOURS_MOST}.`);
}

async function list({ account, resolved = false, limit }: ListOptions, context: Context): Promise<void> {
  const client = await context.api();
  const { items, next } = await client.listAlerts({
    query: {
      state: resolved ? 'resolved' : 'open',
      limit,
      ...(account === undefined ? {} : { accountId: account }),
    },
  });
  context.print({ items, next }, () => {
    if (items.length === 0) return resolved ? 'Nothing was wrong.' : good('Nothing is wrong.');
    const base = table(items, [
      { title: 'ALERT', value: ({ id }) => id },
      { title: 'STATE', value: stateOf },
      { title: 'SINCE', value: ({ raisedAt }) => raisedAt },
      { title: 'ACCOUNT', value: ({ account: of }) => of?.key ?? faint('the stack') },
      { title: 'TIMES', value: ({ occurrences }) => occurrences, align: 'right' },
      { title: 'WHAT', value: ({ title, message }) => `${title}: ${message}` },
    ]);
    return next === null ? base : `${base}\n${faint('There are more: --limit')}`;
  });
}

function stateOf({ resolvedAt, acknowledgedAt, snoozedUntil }: Alert): string {
  if (resolvedAt !== null) return good('resolved');
  if (acknowledgedAt !== null) return careful('acknowledged');
  return snoozedUntil !== null && Date.parse(snoozedUntil) > Date.now() ? careful('snoozed') : bad('open');
}

async function attend(
  alertId: string,
  body: { readonly acknowledged?: boolean; readonly snoozedUntil?: string },
  context: Context,
): Promise<void> {
  const client = await context.api();
  const alert = await client.attendAlert({ params: { alertId }, body });
  context.print(alert, () =>
    body.acknowledged === true
      ? `${alert.title}: acknowledged.`
      : `${alert.title}: quiet until ${alert.snoozedUntil ?? 'now'}.`,
  );
}
