import type { InputHTMLAttributes, ReactNode } from 'react';
import './field.css';

interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'type'> {
  readonly label: ReactNode;
  readonly hidden?: boolean | undefined;
  readonly onChange: (checked: boolean) => void;
}

/** `hidden` keeps the label for screen readers only. */
export function Checkbox({ label, hidden = false, onChange, ...rest }: CheckboxProps) {
  return (
    <label className="checkbox">
      <input type="checkbox" {...rest} onChange={(event) => onChange(event.target.checked)} />
      <span className={hidden ? 'visually-hidden' : undefined}>{label}</span>
    </label>
  );
}
