import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { AlertRule } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Switch } from '../../ui/switch.tsx';
import type { AlertScope } from './frame.tsx';

const TEXT = 'What raises an alert, and from when on. Each is on by itself.';

export function RulesPanel({ scope }: { readonly scope: AlertScope }) {
  return scope === null ? <StackRules /> : <AccountRules accountId={scope.id} />;
}

type Save = (rule: AlertRule, change: Pick<AlertRule, 'enabled' | 'thresholds'>) => void;

function AccountRules({ accountId }: { readonly accountId: string }) {
  const query = useApi('listAlertRules', { params: { accountId } });
  const reason = useReason('alerts.change', accountId);
  const set = useAction('setAlertRule', { stale: ['listAlertRules'], done: 'Saved' });
  const save: Save = ({ kind }, body) => set.mutate({ params: { accountId, kind }, body });
  return (
    <Panel title="Rules" description={TEXT} flush>
      <Loaded query={query}>
        {({ items }) =>
          items.map((rule) => <Rule key={keyOf(rule)} rule={rule} reason={reason} save={save} />)
        }
      </Loaded>
    </Panel>
  );
}

function StackRules() {
  const query = useApi('listStackAlertRules', undefined);
  const reason = useReason('stack_alerts.change');
  const set = useAction('setStackAlertRule', { stale: ['listStackAlertRules'], done: 'Saved' });
  const save: Save = ({ kind }, body) => set.mutate({ params: { kind }, body });
  return (
    <Panel title="Rules of the stack" description={`${TEXT} Accounts have rules of their own.`} flush>
      <Loaded query={query}>
        {({ items }) =>
          items.map((rule) => <Rule key={keyOf(rule)} rule={rule} reason={reason} save={save} />)
        }
      </Loaded>
    </Panel>
  );
}

/** With what is saved, so that a saved form begins anew. */
function keyOf({ kind, thresholds }: AlertRule): string {
  return `${kind} ${JSON.stringify(thresholds)}`;
}

interface RuleProps {
  readonly rule: AlertRule;
  readonly reason: string | null;
  readonly save: Save;
}

function Rule({ rule, reason, save }: RuleProps) {
  const { title, enabled, thresholds, choices } = rule;
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(Object.entries(thresholds).map(([key, value]) => [key, String(value)])),
  );
  const wanted = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Number(text)]));
  const isChanged = Object.entries(wanted).some(([key, value]) => thresholds[key] !== value);
  const wrong = Object.entries(choices).find(([key, { least, most }]) => {
    const value = wanted[key];
    return value === undefined || !Number.isInteger(value) || value < least || value > most;
  })?.[1];
  const problem = wrong === undefined ? null : `From ${String(wrong.least)} to ${String(wrong.most)}`;
  return (
    <form
      className="list-row"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === null) save(rule, { enabled, thresholds: wanted });
      }}
    >
      <Switch
        label={title}
        on={enabled}
        reason={reason}
        onChange={(on) => save(rule, { enabled: on, thresholds: { ...thresholds } })}
      />
      <span className="grow">{title}</span>
      {Object.entries(choices).map(([key, { label }]) => (
        <label key={key} className="row">
          <Input
            className="num"
            style={{ width: '6rem' }}
            inputMode="numeric"
            disabled={reason !== null || !enabled}
            aria-label={`${title}: ${label}`}
            value={texts[key] ?? ''}
            onChange={(event) => setTexts({ ...texts, [key]: event.target.value.trim() })}
          />
          <span className="muted">{label}</span>
        </label>
      ))}
      {isChanged && (
        <Button type="submit" reason={problem}>
          Save
        </Button>
      )}
    </form>
  );
}
