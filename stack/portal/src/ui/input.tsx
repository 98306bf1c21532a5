import type { InputHTMLAttributes, TextareaHTMLAttributes, Ref } from 'react';
import './field.css';

interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly ref?: Ref<HTMLInputElement>;
}

export function Input({ className, ...rest }: InputProps) {
  return <input autoComplete="off" spellCheck={false} {...rest} className={`input ${className ?? ''}`} />;
}

export function TextArea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea spellCheck={false} rows={4} {...rest} className={`input area ${className ?? ''}`} />;
}
