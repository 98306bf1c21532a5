import type { RecordType } from '../attribute.ts';
import { messageOf, MiddleError } from '../errors.ts';
import { compile } from '../expression/check.ts';
import type { Scope } from '../expression/check.ts';
import type { Checked } from '../expression/checked.ts';
import { NO_RECORD_TYPES } from '../expression/records.ts';
import type { KnownRecordTypes } from '../expression/records.ts';
import type { ExpressionProblem } from '../expression/syntax.ts';
import type { ExpressionType } from '../expression/type.ts';
import { BOOLEAN, DATETIME, nullable, objectOf, TEXT } from '../expression/types.ts';
import { nearest } from '../nearest.ts';
import type { StepError } from './course.ts';
import { EXECUTION_MAX_BYTES } from './definition.ts';
import type { WorkflowInput } from './definition.ts';
import type { TriggerRules } from './trigger.ts';

/** What a trigger's expressions can see: its record and the record types of the same connection, or only the tick. */
export interface TriggerSight {
  readonly record: {
    readonly connectionId: string;
    readonly recordType: string;
    readonly recordTypes: readonly RecordType[];
  } | null;
}

/** What a trigger gives to its workflow. */
export interface TriggerTarget {
  readonly inputs: readonly WorkflowInput[];
  /** Which connection fills each slot of the workflow. */
  readonly bindings: Readonly<Record<string, string>>;
}

/** A trigger whose expressions are right. */
export interface CompiledRules {
  readonly discard: Checked | null;
  readonly requeue: Checked | null;
  readonly input: readonly (readonly [string, Checked])[];
}

/** `place` is discard, requeue or input.KEY; start and end are offsets into the expression there. */
export type RulesProblem = ExpressionProblem & { readonly place: string };

export type RulesChecked =
  | { readonly ok: true; readonly rules: CompiledRules }
  | { readonly ok: false; readonly problems: readonly RulesProblem[] };

const EVENT = objectOf([
  { key: 'kind', title: 'Kind: created, updated or tick', type: TEXT },
  { key: 'at', title: 'When it happened', type: DATETIME },
]);

/** The names that a trigger's expressions know. Within a trigger a connection goes by its id: slots are the workflow's. */
export function triggerScope({ record }: TriggerSight): Scope {
  if (record === null) return { event: EVENT };
  const type: ExpressionType = {
    kind: 'record',
    connection: record.connectionId,
    recordType: record.recordType,
  };
  return { record: type, previous: nullable(type), event: EVENT };
}

export function knownRecordTypes({ record }: TriggerSight): KnownRecordTypes {
  if (record === null) return NO_RECORD_TYPES;
  return { of: (connection) => (connection === record.connectionId ? record.recordTypes : []) };
}

/** Checks a trigger's expressions against its record type and the inputs that its workflow declares. */
export function compileRules(rules: TriggerRules, sight: TriggerSight, target: TriggerTarget): RulesChecked {
  const problems: RulesProblem[] = [];
  const options = { scope: triggerScope(sight), recordTypes: knownRecordTypes(sight) };
  const one = (place: string, source: string, expected: ExpressionType): Checked | null => {
    const compiled = compile(source, { ...options, expected });
    if (compiled.ok) return compiled.expression;
    problems.push(...compiled.problems.map((problem) => ({ ...problem, place })));
    return null;
  };
  const discard = rules.discard === null ? null : one('discard', rules.discard, BOOLEAN);
  const requeue = rules.requeue === null ? null : one('requeue', rules.requeue, BOOLEAN);
  const input: (readonly [string, Checked])[] = [];
  for (const [key, source] of Object.entries(rules.input)) {
    const declared = target.inputs.find((each) => each.key === key);
    if (declared === undefined) {
      problems.push(unknownInput(key, target.inputs));
      continue;
    }
    const expression = one(`input.${key}`, source, withConnections(declared.type, target.bindings));
    if (expression !== null) input.push([key, expression]);
  }
  for (const { key, title, required } of target.inputs) {
    if (!required || Object.hasOwn(rules.input, key)) continue;
    const message = `The workflow needs the input “${title}” (${key}), and nothing is mapped to it.`;
    problems.push({ place: `input.${key}`, start: 0, end: 0, message });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rules: { discard, requeue, input } };
}

function unknownInput(key: string, inputs: readonly WorkflowInput[]): RulesProblem {
  const keys = inputs.map((input) => input.key);
  const near = nearest(key, keys);
  const message =
    keys.length === 0
      ? 'The workflow declares no inputs.'
      : `The workflow has no input “${key}”; it has ${keys.join(', ')}.`;
  return {
    place: `input.${key}`,
    start: 0,
    end: 0,
    message,
    ...(near === null ? {} : { suggestion: near }),
  };
}

/** The same type, with the connections that fill the workflow's slots. */
function withConnections(type: ExpressionType, bindings: Readonly<Record<string, string>>): ExpressionType {
  if (type.kind === 'record') return { ...type, connection: bindings[type.connection] ?? type.connection };
  if (type.kind === 'array') return { ...type, of: withConnections(type.of, bindings) };
  if (type.kind !== 'object') return type;
  const fields = type.fields.map((field) => ({ ...field, type: withConnections(field.type, bindings) }));
  return { ...type, fields };
}

export type Mapped = Readonly<Record<string, unknown>>;

export type Decision =
  | { readonly kind: 'start'; readonly input: Mapped }
  | { readonly kind: 'discard' }
  | { readonly kind: 'requeue' }
  /** An expression failed, for this one event. `input`: what could be mapped. */
  | { readonly kind: 'fail'; readonly error: StepError; readonly input: Mapped };

/** What becomes of one event. A criterion holds only when it is true: null, as from a missing field, is not. */
export function decide(
  { discard, requeue, input }: CompiledRules,
  evaluate: (expression: Checked, place: string) => unknown,
): Decision {
  const mapped: [string, unknown][] = [];
  let place = 'discard';
  try {
    if (discard !== null && evaluate(discard, place) === true) return { kind: 'discard' };
    place = 'requeue';
    if (requeue !== null && evaluate(requeue, place) === true) return { kind: 'requeue' };
    for (const [key, expression] of input) {
      place = `input.${key}`;
      mapped.push([key, evaluate(expression, place) ?? null]);
    }
    place = 'input';
    const whole = Object.fromEntries(mapped);
    checkSize(whole);
    return { kind: 'start', input: whole };
  } catch (error) {
    return {
      kind: 'fail',
      error: errorIn(place, error),
      input: place === 'input' ? {} : Object.fromEntries(mapped),
    };
  }
}

function checkSize(mapped: Mapped): void {
  const { length } = JSON.stringify(mapped);
  if (length <= EXECUTION_MAX_BYTES) return;
  throw new MiddleError(
    'execution_limit',
    `the input has ${length} characters; an execution may hold ${EXECUTION_MAX_BYTES}`,
    { hint: 'Map the fields that the workflow needs instead of whole records.' },
  );
}

/** An error of ours says whose fault it is; any other thrown value is the platform's. */
function errorIn(place: string, error: unknown): StepError {
  const message = `${place} of the trigger: ${messageOf(error)}`;
  if (!(error instanceof MiddleError)) return { code: 'internal', message, fault: 'platform' };
  const { code, fault, hint } = error;
  return { code, message, fault, ...(hint === undefined ? {} : { hint }) };
}

/** What is left of every event when the trigger's expressions became wrong after it was saved. */
export function brokenRules(problems: readonly RulesProblem[]): Decision {
  const [first] = problems;
  return {
    kind: 'fail',
    error: {
      code: 'expression_invalid',
      message: `${first?.place ?? 'an expression'} of the trigger: ${first?.message ?? 'is wrong'}`,
      fault: 'user',
      hint: 'The record type or the workflow has changed since the trigger was saved. Correct the trigger.',
    },
    input: {},
  };
}
