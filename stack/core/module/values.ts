import type { ExpressionType } from '../expression/type.ts';
import { nearest } from '../nearest.ts';
import { inputProblems } from '../workflow/inputs.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import type { TypedVariable } from './parts.ts';

export type Values = Readonly<Record<string, unknown>>;

/** Something that is wrong with a module, or with what an account chose of it. */
export interface ModuleProblem {
  /** `connections.shop`, `variables.limit`, `workflows.notify.steps[0].value`. */
  readonly path: string;
  readonly message: string;
}

/** What is wrong with the values that an account gives; those that it leaves out have the module's own. */
export function valueProblems(
  needed: readonly TypedVariable[],
  known: readonly string[],
  values: Values,
): readonly ModuleProblem[] {
  const given = Object.fromEntries(
    needed.flatMap(({ key }) => (Object.hasOwn(values, key) ? [[key, values[key]]] : [])),
  );
  const unknown = Object.keys(values).filter((key) => !known.includes(key));
  return [
    ...inputProblems(needed, given).map(({ path, message }) => ({ path: `variables.${path}`, message })),
    ...unknown.map((key) => {
      const near = nearest(key, known);
      const hint = near === null ? '' : `; did you mean ${near}?`;
      return { path: `variables.${key}`, message: `is no variable of the module${hint}` };
    }),
  ];
}

/** The definition with an account's values in place of what the variables begin with. */
export function withValues(
  definition: WorkflowDefinition,
  moduleVariables: readonly TypedVariable[],
  values: Values,
): WorkflowDefinition {
  const variables = definition.variables.map((one) => {
    const ofModule = moduleVariables.find(({ key }) => key === one.key);
    if (ofModule === undefined) return one;
    const value = Object.hasOwn(values, one.key) ? values[one.key] : ofModule.default;
    return { ...one, initial: literal(one.type, value ?? null) };
  });
  return { ...definition, variables };
}

/** The expression that gives this value. Of dates it is a call, because a text is not one. */
export function literal(type: ExpressionType, value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') {
    const quoted = JSON.stringify(value);
    return type.kind === 'date' || type.kind === 'datetime' ? `${type.kind}(${quoted})` : quoted;
  }
  if (Array.isArray(value)) {
    const of: ExpressionType = type.kind === 'array' ? type.of : { kind: 'any' };
    return `[${value.map((item) => literal(of, item)).join(', ')}]`;
  }
  if (typeof value === 'object') {
    const fields = type.kind === 'object' ? type.fields : [];
    const entries = Object.entries(value).map(([key, field]) => {
      const ofField = fields.find((one) => one.key === key)?.type ?? { kind: 'any' };
      return `${JSON.stringify(key)}: ${literal(ofField, field)}`;
    });
    return `{${entries.join(', ')}}`;
  }
  return JSON.stringify(value);
}
