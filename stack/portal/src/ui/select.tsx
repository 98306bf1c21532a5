import { ChevronsUpDown } from 'lucide-react';
import type { SelectHTMLAttributes } from 'react';
import './field.css';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface SelectProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> {
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
  readonly slim?: boolean | undefined;
}

/** The platform's own list: it is right on a phone, with a keyboard and with a screen reader. */
export function Select({ choices, onChange, slim = false, className, ...rest }: SelectProps) {
  return (
    <span className={`select ${slim ? 'slim' : ''} ${className ?? ''}`}>
      <select {...rest} className="input" onChange={(event) => onChange(event.target.value)}>
        {choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <ChevronsUpDown className="icon" aria-hidden />
    </span>
  );
}
