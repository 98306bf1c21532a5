import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface PersonFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem: string | null;
}

export function NameField({ value, onChange, problem }: PersonFieldProps) {
  return (
    <Field label="Your name" error={problem}>
      {(ids) => (
        <Input
          {...ids}
          required
          autoFocus
          autoComplete="name"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function EmailField({
  value,
  onChange,
  problem,
  first = false,
}: PersonFieldProps & { readonly first?: boolean }) {
  return (
    <Field label="E-mail address" error={problem}>
      {(ids) => (
        <Input
          {...ids}
          type="email"
          required
          autoFocus={first}
          autoComplete="username"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function NewPasswordField({ value, onChange, problem }: PersonFieldProps) {
  return (
    <Field
      label="Password"
      hint="At least 10 characters. A few words you remember are better than symbols."
      error={problem}
    >
      {(ids) => (
        <Input
          {...ids}
          type="password"
          required
          autoComplete="new-password"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
