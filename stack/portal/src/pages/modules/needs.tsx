import type { AccountModule } from '../../data/types.ts';
import { Field } from '../../ui/field.tsx';
import { Input, TextArea } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { textOf } from './choice.ts';
import type { Choice, neededBy } from './choice.ts';

interface NeedsProps {
  readonly module: AccountModule;
  readonly needed: ReturnType<typeof neededBy>;
  readonly choice: Choice;
  readonly set: (change: Partial<Choice>) => void;
  readonly disabled: boolean;
}

/** The connections and values that the chosen features need. */
export function Needs({ module, needed, choice, set, disabled }: NeedsProps) {
  const slots = module.connections.filter(({ key }) => needed.connections.has(key));
  const variables = module.variables.filter(({ key }) => needed.variables.has(key));
  if (slots.length === 0 && variables.length === 0) return null;
  return (
    <div className="settings-grid">
      {slots.map((slot) => (
        <SlotField
          key={slot.key}
          slot={slot}
          value={choice.connections[slot.key] ?? ''}
          disabled={disabled}
          onChange={(id) => {
            const { [slot.key]: _before, ...others } = choice.connections;
            set({ connections: id === '' ? others : { ...others, [slot.key]: id } });
          }}
        />
      ))}
      {variables.map((variable) => (
        <VariableField
          key={variable.key}
          variable={variable}
          value={choice.variables[variable.key] ?? ''}
          disabled={disabled}
          onChange={(text) => {
            const { [variable.key]: _before, ...others } = choice.variables;
            set({ variables: text === '' ? others : { ...others, [variable.key]: text } });
          }}
        />
      ))}
    </div>
  );
}

interface SlotProps {
  readonly slot: AccountModule['connections'][number];
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (id: string) => void;
}

function SlotField({ slot: { title, app, candidates }, value, disabled, onChange }: SlotProps) {
  const hint =
    candidates.length === 0
      ? `This account has no connection of the app ${app}. Add one first.`
      : `A connection of the app ${app}.`;
  return (
    <Field label={title} hint={hint}>
      {(ids) => (
        <Select
          {...ids}
          value={value}
          disabled={disabled}
          choices={[
            { value: '', label: 'Choose…' },
            ...candidates.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

interface VariableProps {
  readonly variable: AccountModule['variables'][number];
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (text: string) => void;
}

function VariableField({ variable, value, disabled, onChange }: VariableProps) {
  const { title, required } = variable;
  const own = required ? '' : textOf(variable, variable.default);
  return (
    <Field label={title} optional={!required} hint={hintOf(variable)}>
      {(ids) => {
        const common = { ...ids, value, disabled };
        const { kind } = variable.type;
        if (kind === 'boolean') {
          const otherwise = own === '' ? 'Choose…' : `As the module: ${own}`;
          const choices = [
            { value: '', label: otherwise },
            { value: 'true', label: 'true' },
            { value: 'false', label: 'false' },
          ];
          return <Select {...common} choices={choices} onChange={onChange} />;
        }
        if (kind === 'array' || kind === 'object' || kind === 'any')
          return (
            <TextArea
              {...common}
              rows={3}
              placeholder={own}
              onChange={(event) => onChange(event.target.value)}
            />
          );
        const mode = kind === 'number' ? 'decimal' : 'text';
        return (
          <Input
            {...common}
            inputMode={mode}
            placeholder={own}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      }}
    </Field>
  );
}

function hintOf({ description, type, required }: VariableProps['variable']): string | undefined {
  const parts = [
    description,
    ['array', 'object', 'any'].includes(type.kind) ? 'Written as JSON.' : '',
    required ? '' : 'Empty: as the module has it.',
  ].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join(' ');
}
