import type { AuthConfig } from './manifest.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { Field } from '../ui/field.tsx';
import { Input, TextArea } from '../ui/input.tsx';

export type AuthFields = Readonly<Record<string, string | boolean>>;

interface AuthFormProps {
  readonly auth: AuthConfig;
  readonly fields: AuthFields;
  readonly onChange: (fields: AuthFields) => void;
  /** Protected fields may be left empty then: the stored value stays. */
  readonly stored: boolean;
}

/** The form that the app's author defined. */
export function AuthForm({ auth, fields, onChange, stored }: AuthFormProps) {
  return (
    <>
      {auth.description !== undefined && <p className="muted">{auth.description}</p>}
      {auth.fields.map(({ key, title, description, kind, required }) => {
        const value = fields[key];
        const text = typeof value === 'string' ? value : '';
        const set = (next: string | boolean) => onChange({ ...fields, [key]: next });
        if (kind === 'boolean') {
          return <Checkbox key={key} label={title} checked={value === true} onChange={set} />;
        }
        return (
          <Field key={key} label={title} hint={description} optional={!required}>
            {(ids) =>
              kind === 'text' ? (
                <TextArea {...ids} value={text} onChange={(event) => set(event.target.value)} />
              ) : (
                <Input
                  {...ids}
                  type={kind === 'protected' ? 'password' : 'text'}
                  autoComplete={kind === 'protected' ? 'new-password' : 'off'}
                  placeholder={kind === 'protected' && stored ? 'Stored; leave empty to keep it' : undefined}
                  value={text}
                  onChange={(event) => set(event.target.value)}
                />
              )
            }
          </Field>
        );
      })}
      {auth.fields.length === 0 && <p className="faint">There is nothing to fill in.</p>}
    </>
  );
}

/** The first required field that is still empty, by its title. */
export function missingField(auth: AuthConfig, fields: AuthFields, stored: boolean): string | null {
  const missing = auth.fields.find(
    ({ key, kind, required }) =>
      required && kind !== 'boolean' && !(stored && kind === 'protected') && (fields[key] ?? '') === '',
  );
  return missing?.title ?? null;
}

/** What is sent: protected fields that were left empty keep their stored value. */
export function filledFields(auth: AuthConfig, fields: AuthFields): AuthFields {
  return Object.fromEntries(
    auth.fields.flatMap(({ key, kind }) => {
      const value = fields[key] ?? (kind === 'boolean' ? false : '');
      return kind === 'protected' && value === '' ? [] : [[key, value]];
    }),
  );
}
