import type { ObjectField } from '@middle/core/expression/type.ts';
import { Trash2 } from 'lucide-react';
import type { ExpressionPlace, ExpressionProblem } from '../../../../expression/place.ts';
import { ValueField } from '../../../../expression/value-field.tsx';
import { Button } from '../../../../ui/button.tsx';
import { firstMessage } from './parts.tsx';

interface MappingProps {
  readonly fields: readonly (ObjectField & { readonly description?: string | undefined })[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (values: Record<string, string>, key: string) => void;
  readonly place: ExpressionPlace;
  readonly problemsAt: (field: string) => readonly ExpressionProblem[];
  readonly disabled: boolean;
}

/** A value for each field of a form: written plainly, or worked out. */
export function Mapping({ fields, values, onChange, place, problemsAt, disabled }: MappingProps) {
  const unknown = Object.keys(values).filter((key) => !fields.some((field) => field.key === key));
  const set = (key: string, source: string) => {
    const { [key]: _before, ...others } = values;
    // An empty source would be refused; left out it is what it says.
    onChange(source === '' ? others : { ...others, [key]: source }, key);
  };
  return (
    <>
      {fields.map(({ key, title, type, description }) => (
        <ValueField
          key={key}
          label={title}
          value={values[key] ?? ''}
          onChange={(source) => set(key, source)}
          place={place}
          expected={type}
          optional={type.nullable === true}
          hint={description}
          problems={problemsAt(`input.${key}`)}
          disabled={disabled}
        />
      ))}
      {unknown.map((key) => (
        <p key={key} className="field-note wrong row">
          <span className="grow">
            {firstMessage(problemsAt(`input.${key}`)) ?? `There is no input “${key}”.`}
          </span>
          <Button size="sm" icon={Trash2} onClick={() => set(key, '')}>
            Remove
          </Button>
        </p>
      ))}
    </>
  );
}
