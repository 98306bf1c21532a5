import sql from 'sql-template-tag';
import { ALERT_KINDS, withDefaults } from '@middle/core/alert/kinds.ts';
import type { AlertKind } from '@middle/core/alert/kinds.ts';
import type { Queryable } from '../database.ts';

export interface AlertRule {
  readonly kind: AlertKind;
  readonly enabled: boolean;
  readonly thresholds: Readonly<Record<string, number>>;
}

type Row = AlertRule & { readonly accountId: string | null };

/** The rules of accounts and of the stack: what was set, else the defaults. */
export interface AlertRules {
  of(accountId: string | null, kind: AlertKind): AlertRule;
}

export async function readRules(db: Queryable, accountId?: string | null): Promise<AlertRules> {
  const { rows } = await db.query<Row>(sql`
    select account_id as "accountId", kind, enabled, thresholds from middle.alert_rule
    where ${accountId === undefined} or account_id is not distinct from ${accountId ?? null}::uuid`);
  const set = new Map(rows.map((row) => [`${row.accountId} ${row.kind}`, row]));
  return {
    of(account, kind) {
      const own = ALERT_KINDS[kind].scope === 'stack' ? null : account;
      const found = set.get(`${own} ${kind}`);
      return {
        kind,
        enabled: found?.enabled ?? true,
        thresholds: withDefaults(kind, found?.thresholds ?? {}),
      };
    },
  };
}

export async function writeRule(db: Queryable, accountId: string | null, rule: AlertRule): Promise<void> {
  const { kind, enabled, thresholds } = rule;
  await db.query(sql`
    insert into middle.alert_rule (account_id, kind, enabled, thresholds)
    values (${accountId}, ${kind}, ${enabled}, ${JSON.stringify(thresholds)}::jsonb)
    on conflict (account_id, kind) do update set enabled = excluded.enabled, thresholds = excluded.thresholds`);
}
