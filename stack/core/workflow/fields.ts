import { MiddleError } from '../errors.ts';
import type { ActionField } from '../manifest.ts';

/**
 * Checks what goes into an action or comes out of it against its form.
 * @throws MiddleError request_invalid, naming the field, what it must be and what it was
 */
export function checkFields(fields: readonly ActionField[], values: unknown, what: 'input' | 'output'): void {
  if (fields.length === 0) return;
  const given: Readonly<Record<string, unknown>> =
    typeof values === 'object' && values !== null ? Object.fromEntries(Object.entries(values)) : {};
  for (const field of fields) {
    const value = given[field.key];
    if (value === undefined || value === null) {
      if (field.required) throw wrong(what, field, 'is needed and is missing');
    } else if (!fits(field, value)) {
      throw wrong(what, field, `must be ${NAMES[field.type]}, and is ${JSON.stringify(value).slice(0, 100)}`);
    }
  }
}

const NAMES: Readonly<Record<ActionField['type'], string>> = {
  string: 'text',
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  iso_date: 'a date such as 2026-01-31',
  iso_datetime: 'a date and time such as 2026-01-31T10:00:00Z',
  array: 'a list',
};
const DATE = /^\d{4}-\d{2}-\d{2}$/;

function fits({ type }: ActionField, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'text':
      return typeof value === 'string';
    case 'number':
    case 'boolean':
      return typeof value === type;
    case 'array':
      return Array.isArray(value);
    case 'iso_date':
      return typeof value === 'string' && DATE.test(value) && !Number.isNaN(Date.parse(value));
    case 'iso_datetime':
      return typeof value === 'string' && value.includes('T') && !Number.isNaN(Date.parse(value));
  }
}

function wrong(what: string, { key, title }: ActionField, problem: string): MiddleError {
  return new MiddleError('request_invalid', `the ${what} "${title}" (${key}) ${problem}`, {
    data: { field: key },
  });
}
