import { ALERT_KINDS, kindsOf, thresholdProblem } from '@middle/core/alert/kinds.ts';
import type { AlertKind } from '@middle/core/alert/kinds.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { readRules, writeRule } from '@middle/store/alerts/rules.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Queryable } from '@middle/store/database.ts';
import type { Caller } from '../call.ts';
import type { Deps } from '../deps.ts';
import { ruleAnswer } from './answer.ts';

/** @param accountId null: of the stack */
export async function rulesAnswer(db: Queryable, accountId: string | null) {
  const rules = await readRules(db, accountId);
  const kinds = kindsOf(accountId === null ? 'stack' : 'account');
  return { items: kinds.map((kind) => ruleAnswer(rules.of(accountId, kind))) };
}

interface RuleChange {
  readonly kind: AlertKind;
  readonly accountId: string | null;
  readonly enabled: boolean;
  readonly thresholds: Readonly<Record<string, number>>;
}

export async function changeRule(
  { deps, caller }: { readonly deps: Deps; readonly caller: Caller },
  { kind, accountId, enabled, thresholds }: RuleChange,
) {
  const scope = accountId === null ? 'stack' : 'account';
  if (ALERT_KINDS[kind].scope !== scope) {
    throw new MiddleError(
      'request_invalid',
      `${kind} is no rule of ${scope === 'stack' ? 'the stack' : 'an account'}`,
      {
        hint: `It is one of: ${kindsOf(scope).join(', ')}.`,
      },
    );
  }
  const problem = thresholdProblem(kind, thresholds);
  if (problem !== null) {
    throw new MiddleError('request_invalid', problem.message, {
      data: { errors: [{ path: `body.thresholds.${problem.key}`, message: problem.message }] },
    });
  }
  return deps.database.transaction(async (client) => {
    const { enabled: wasEnabled, thresholds: before } = (await readRules(client, accountId)).of(
      accountId,
      kind,
    );
    await writeRule(client, accountId, { kind, enabled, thresholds });
    await addAuditEvent(client, caller, {
      action: 'alert_rule.update',
      subjectKind: 'alert_rule',
      subjectId: kind,
      accountId,
      detail: { before: { enabled: wasEnabled, thresholds: before }, after: { enabled, thresholds } },
    });
    return ruleAnswer((await readRules(client, accountId)).of(accountId, kind));
  });
}
