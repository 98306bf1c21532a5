import { useState } from 'react';

/** What a person chose, kept in this browser. Never data of the stack. */
export function recall<T>(key: string, otherwise: T, valid: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(`middle.${key}`) ?? 'null');
    return valid(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(`middle.${key}`, JSON.stringify(value));
  } catch {
    // Storage may be full or switched off; then it is not remembered.
  }
}

export function useRemembered<T>(
  key: string,
  otherwise: T,
  valid: (value: unknown) => value is T,
): readonly [T, (value: T) => void] {
  const [value, setValue] = useState(() => recall(key, otherwise, valid));
  const set = (next: T) => {
    setValue(next);
    remember(key, next);
  };
  return [value, set];
}

export const isString = (value: unknown): value is string => typeof value === 'string';
export const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every(isString);
