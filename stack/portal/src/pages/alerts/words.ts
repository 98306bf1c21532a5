import { ALERT_KINDS, ALERT_KIND_NAMES, kindsOf } from '@middle/core/alert/kinds.ts';
import type { AlertKind } from '@middle/core/alert/kinds.ts';
import type { AlertScope } from './frame.tsx';

/** Every kind of alert, by what happened. */
export const KIND_CHOICES = ALERT_KIND_NAMES.map((value) => ({ value, label: ALERT_KINDS[value].rule }));

/** The kinds that a channel can tell. */
export function kindsFor(scope: AlertScope, everyAccount: boolean): readonly AlertKind[] {
  if (scope !== null) return kindsOf('account');
  return everyAccount ? ALERT_KIND_NAMES : kindsOf('stack');
}
