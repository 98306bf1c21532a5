import { MiddleError } from '../errors.ts';
import type { ExpressionType } from '../expression/type.ts';
import { wordsOf } from '../expression/types.ts';
import { nearest } from '../nearest.ts';
import type { WorkflowInput } from './definition.ts';

/** Why a value can't be given to a workflow. */
export interface InputProblem {
  /** Where in the input: `lines[2].amount`. */
  readonly path: string;
  readonly message: string;
}

type Declared = Pick<WorkflowInput, 'key' | 'title' | 'type' | 'required'>;

/** What is wrong with the input that somebody outside gives to a workflow; nothing: it may be started with it. */
export function inputProblems(
  inputs: readonly Declared[],
  values: Readonly<Record<string, unknown>>,
): readonly InputProblem[] {
  const unknown = Object.keys(values).filter((key) => !inputs.some((one) => one.key === key));
  return [
    ...inputs.flatMap((one) => ofDeclared(one, Object.hasOwn(values, one.key) ? values[one.key] : undefined)),
    ...unknown.map((key) => ({ path: key, message: unknownMessage(key, inputs) })),
  ];
}

/** @throws MiddleError request_invalid, with each problem, of which none shows a value: it may be a protected one */
export function requireInput(
  inputs: readonly Declared[],
  values: Readonly<Record<string, unknown>>,
  at = 'body.input',
): void {
  const problems = inputProblems(inputs, values);
  const [first] = problems;
  if (first === undefined) return;
  throw new MiddleError('request_invalid', `the input ${first.path} ${first.message}`, {
    data: { errors: problems.map(({ path, message }) => ({ path: `${at}.${path}`, message })) },
  });
}

function ofDeclared({ key, type, required }: Declared, value: unknown): readonly InputProblem[] {
  if (value === undefined || value === null) {
    return required ? [{ path: key, message: `is needed and is missing; it must be ${wordsOf(type)}` }] : [];
  }
  return ofType(type, value, key);
}

function ofType(type: ExpressionType, value: unknown, path: string): readonly InputProblem[] {
  if (type.kind === 'any') return [];
  if (value === null || value === undefined) {
    return type.nullable === true ? [] : [{ path, message: `must be ${wordsOf(type)}, and is null` }];
  }
  if (type.kind === 'array' && Array.isArray(value)) {
    return value.flatMap((item, index) => ofType(type.of, item, `${path}[${index}]`));
  }
  if (type.kind === 'object' && isObject(value)) {
    return type.fields.flatMap((field) =>
      ofType(field.type, Object.hasOwn(value, field.key) ? value[field.key] : null, `${path}.${field.key}`),
    );
  }
  return isOf(type, value) ? [] : [{ path, message: `must be ${wordsOf(type)}, and is ${kindOf(value)}` }];
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

function isOf({ kind }: ExpressionType, value: unknown): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return typeof value === 'string' && DATE.test(value) && !Number.isNaN(Date.parse(value));
    case 'datetime':
      return typeof value === 'string' && DATETIME.test(value) && !Number.isNaN(Date.parse(value));
    case 'record':
      return isObject(value);
    case 'any':
      return true;
    case 'array':
    case 'object':
      return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'another text';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

function unknownMessage(key: string, inputs: readonly Declared[]): string {
  const keys = inputs.map((one) => one.key);
  const near = nearest(key, keys);
  if (near !== null) return `is no input of this workflow; did you mean ${near}?`;
  return keys.length === 0
    ? 'is no input: this workflow has none'
    : `is no input of this workflow; it has ${keys.join(', ')}`;
}
