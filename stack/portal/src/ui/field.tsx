import { useId } from 'react';
import type { ReactNode } from 'react';
import './field.css';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null | undefined;
  readonly optional?: boolean | undefined;
  readonly children: (ids: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean | undefined;
  }) => ReactNode;
}

/** A label, a control, and what a person needs to fill it in. */
export function Field({ label, hint, error, optional = false, children }: FieldProps) {
  const id = useId();
  const wrong = (error ?? null) !== null;
  const described = wrong || (hint ?? null) !== null ? `${id}-note` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optional && <span className="faint"> optional</span>}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': wrong || undefined })}
      {described !== undefined && (
        <p id={described} className={wrong ? 'field-note wrong' : 'field-note'}>
          {wrong ? error : hint}
        </p>
      )}
    </div>
  );
}
