import type { ExpressionType } from '../expression/type.ts';

/** A value of a type, to try a workflow with before a step has ever given one. */
export function exampleOf(type: ExpressionType): unknown {
  switch (type.kind) {
    case 'text':
      return 'text';
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'date':
      return '2026-01-31';
    case 'datetime':
      return '2026-01-31T10:00:00Z';
    case 'array':
      return type.of.kind === 'any' ? [] : [exampleOf(type.of)];
    case 'object':
      return Object.fromEntries(type.fields.map((field) => [field.key, exampleOf(field.type)]));
    // Nobody knows what is in it.
    case 'any':
    case 'record':
      return null;
  }
}
