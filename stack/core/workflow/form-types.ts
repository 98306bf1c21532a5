import type { ExpressionType, ObjectField } from '../expression/type.ts';
import { ANY, arrayOf, BOOLEAN, DATE, DATETIME, NUMBER, nullable, TEXT } from '../expression/types.ts';
import type { ActionField } from '../manifest.ts';

/** A field of an action's form, as expressions see it. */
export function fieldOfForm(field: ActionField): ObjectField {
  return { key: field.key, title: field.title, type: nullable(typeOfForm(field), !field.required) };
}

function typeOfForm({ type }: ActionField): ExpressionType {
  switch (type) {
    case 'string':
    case 'text':
      return TEXT;
    case 'number':
      return NUMBER;
    case 'boolean':
      return BOOLEAN;
    case 'iso_date':
      return DATE;
    case 'iso_datetime':
      return DATETIME;
    case 'array':
      return arrayOf(ANY);
  }
}
