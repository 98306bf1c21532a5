import type { KnownRecordTypes } from '../expression/records.ts';
import { fieldsOfType } from '../expression/records.ts';
import type { ExpressionType, ObjectField } from '../expression/type.ts';
import type { WorkflowInput } from './definition.ts';

/** JSON Schema 2020-12, as OpenAPI 3.1 has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Objects within objects deeper than this are said to be any value. */
const DEPTH_MAX = 8;

/** What a value of this type looks like outside. */
export function schemaOfType(type: ExpressionType, known: KnownRecordTypes, depth = 0): JsonSchema {
  const schema = presentSchema(type, known, depth);
  const { type: name } = schema;
  return type.nullable === true && typeof name === 'string' ? { ...schema, type: [name, 'null'] } : schema;
}

function presentSchema(type: ExpressionType, known: KnownRecordTypes, depth: number): JsonSchema {
  if (depth > DEPTH_MAX) return {};
  switch (type.kind) {
    case 'any':
      return {};
    case 'text':
      return { type: 'string' };
    case 'number':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'datetime':
      return { type: 'string', format: 'date-time' };
    case 'array':
      return { type: 'array', items: schemaOfType(type.of, known, depth + 1) };
    case 'object':
    case 'record': {
      const fields = fieldsOfType(known, type);
      return fields === null ? { type: 'object' } : objectSchema(fields, known, depth);
    }
  }
}

function objectSchema(fields: readonly ObjectField[], known: KnownRecordTypes, depth: number): JsonSchema {
  const properties = fields.map(({ key, title, type }) => [
    key,
    { title, ...schemaOfType(type, known, depth + 1) },
  ]);
  const required = fields.filter(({ type }) => type.nullable !== true).map(({ key }) => key);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** The body that a workflow takes: its declared inputs and nothing else. */
export function schemaOfInputs(
  inputs: readonly Pick<WorkflowInput, 'key' | 'title' | 'type' | 'required' | 'protected'>[],
  known: KnownRecordTypes,
): JsonSchema {
  const properties = inputs.map((input) => [
    input.key,
    {
      title: input.title,
      ...schemaOfType({ ...input.type, nullable: !input.required }, known),
      ...(input.protected ? { writeOnly: true } : {}),
    },
  ]);
  const required = inputs.filter((input) => input.required).map(({ key }) => key);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}
