import type { Log } from '@middle/core/log.ts';
import { clearAlert, raiseAlert } from '@middle/store/alerts/open-close.ts';
import type { BalanceDifference } from '@middle/store/balance.ts';
import type { Database } from '@middle/store/database.ts';

/** A difference is an alert until it is gone. */
export async function tell(
  { database, log }: { readonly database: Database; readonly log: Log },
  subject: string,
  differences: readonly BalanceDifference[],
): Promise<void> {
  const [first] = differences;
  if (first === undefined) {
    if (await clearAlert(database, 'balance_difference', subject)) {
      log({ level: 'info', code: 'balance.cleared', message: `the balance of ${subject} is even again` });
    }
    return;
  }
  const message =
    differences.length === 1 ? first.message : `${first.message}; and ${differences.length - 1} more`;
  const added = await raiseAlert(database, {
    kind: 'balance_difference',
    subject,
    message,
    data: { differences },
  });
  if (added) log({ level: 'error', code: 'balance.difference', message, data: { subject, differences } });
}
