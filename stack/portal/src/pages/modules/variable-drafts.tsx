import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Draft, VariableDraft } from './draft.ts';
import type { Template } from './use-template.ts';

interface VariablesProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  /** Of the chosen workflows. */
  readonly found: Template['variables'];
}

/** Which variables of the workflows begin with a value of each account's own. */
export function VariableDrafts({ draft, set, found }: VariablesProps) {
  const { variables } = draft;
  const replace = (key: string, change: Partial<VariableDraft>) =>
    set({ variables: variables.map((one) => (one.key === key ? { ...one, ...change } : one)) });
  if (found.length === 0) return null;
  return (
    <Panel
      title="Variables"
      description="Those that are chosen begin with the value that each account gives, instead of what the workflow has."
    >
      <div className="stack">
        {found.map(({ key, title }) => {
          const chosen = variables.find((one) => one.key === key);
          return (
            <div key={key} className="stack tight">
              <Checkbox
                label={`Each account gives “${title}”`}
                checked={chosen !== undefined}
                onChange={(on) =>
                  set({
                    variables: on
                      ? [...variables, { key, title, description: '', value: '' }]
                      : variables.filter((one) => one.key !== key),
                  })
                }
              />
              {chosen !== undefined && (
                <OneVariable variable={chosen} onChange={(change) => replace(key, change)} />
              )}
            </div>
          );
        })}
      </div>
    </Panel>
  );
}

interface OneVariableProps {
  readonly variable: VariableDraft;
  readonly onChange: (change: Partial<VariableDraft>) => void;
}

function OneVariable({ variable: { key, title, description, value }, onChange }: OneVariableProps) {
  return (
    <div className="settings-grid">
      <Field label={`Title of ${key}`}>
        {(ids) => (
          <Input {...ids} value={title} onChange={(event) => onChange({ title: event.target.value })} />
        )}
      </Field>
      <Field label={`Help for ${key}`} optional>
        {(ids) => (
          <Input
            {...ids}
            value={description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={`Value of ${key} unless an account gives one`}
        optional
        hint='As JSON, such as 10 or "kind". Empty: each account has to give one.'
      >
        {(ids) => (
          <Input {...ids} value={value} onChange={(event) => onChange({ value: event.target.value })} />
        )}
      </Field>
    </div>
  );
}
