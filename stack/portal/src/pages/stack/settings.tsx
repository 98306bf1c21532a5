import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Settings } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';

type Retention = Settings['retention'];

const FIELDS: readonly { key: keyof Retention; label: string; hint: string; most: number }[] = [
  {
    key: 'recordDays',
    label: 'Records',
    hint: 'Days since their last use or update. Empty: they are kept.',
    most: 3650,
  },
  { key: 'recordVersionDays', label: 'Record versions', hint: 'Days since they were replaced.', most: 3650 },
  {
    key: 'invocationDays',
    label: 'Sync history',
    hint: 'Days that runs and invocations are kept.',
    most: 3650,
  },
  {
    key: 'executionDays',
    label: 'Executions',
    hint: 'Days that executions and their steps are kept.',
    most: 3650,
  },
  { key: 'invalidRecordDays', label: 'Quarantine', hint: 'Days that invalid records are kept.', most: 3650 },
  {
    key: 'webhookRequestDays',
    label: 'Webhook requests',
    hint: 'Days that processed and refused requests are kept. Dead ones stay as long as invalid records.',
    most: 3650,
  },
  { key: 'logDays', label: 'Logs of functions', hint: 'Days, 30 at most.', most: 30 },
];

export function SettingsPage() {
  const query = useApi('getSettings', undefined);
  return (
    <Page title="Settings" description="They hold for the whole stack.">
      <Loaded query={query}>
        {({ retention }) => <RetentionForm key={JSON.stringify(retention)} retention={retention} />}
      </Loaded>
    </Page>
  );
}

function RetentionForm({ retention }: { readonly retention: Retention }) {
  const [texts, setTexts] = useState(() =>
    Object.fromEntries(FIELDS.map(({ key }) => [key, retention[key] === null ? '' : String(retention[key])])),
  );
  const reason = useReason('settings.change');
  const save = useAction('updateSettings', { stale: ['getSettings'], done: 'Saved' });
  const errors = Object.fromEntries(
    FIELDS.map(({ key, most }) => [key, errorOf(texts[key] ?? '', key === 'recordDays', most)]),
  );
  const wrong = Object.values(errors).some((error) => error !== null);
  const changed = FIELDS.filter(
    ({ key }) => texts[key] !== (retention[key] === null ? '' : String(retention[key])),
  );
  const submit = () =>
    save.mutate({
      body: {
        retention: Object.fromEntries(
          changed.map(({ key }) => [key, texts[key] === '' ? null : Number(texts[key])]),
        ),
      },
    });
  return (
    <Panel
      title="Retention"
      description="What is older is deleted for good."
      actions={
        <Button
          look="solid"
          busy={save.isPending}
          reason={
            reason ?? (changed.length === 0 ? 'Nothing changed' : wrong ? 'A number is out of range' : null)
          }
          onClick={submit}
        >
          Save
        </Button>
      }
    >
      <fieldset className="settings-grid" disabled={reason !== null}>
        {FIELDS.map(({ key, label, hint }) => (
          <Field key={key} label={label} hint={hint} error={errors[key]}>
            {(ids) => (
              <Input
                {...ids}
                inputMode="numeric"
                className="num"
                value={texts[key] ?? ''}
                onChange={(event) => setTexts({ ...texts, [key]: event.target.value.trim() })}
              />
            )}
          </Field>
        ))}
      </fieldset>
    </Panel>
  );
}

function errorOf(text: string, mayBeEmpty: boolean, most: number): string | null {
  if (text === '' && mayBeEmpty) return null;
  const value = Number(text);
  return text !== '' && Number.isInteger(value) && value >= 1 && value <= most
    ? null
    : `A whole number from 1 to ${String(most)}.`;
}
