import type { RecordType } from '../attribute.ts';
import type { ActionDefinition } from '../manifest.ts';
import { compile } from '../expression/check.ts';
import type { Scope } from '../expression/check.ts';
import type { KnownRecordTypes } from '../expression/records.ts';
import type { ExpressionType, ObjectField } from '../expression/type.ts';
import { ANY, BOOLEAN, DATETIME, NUMBER, nullable, objectOf, TEXT } from '../expression/types.ts';
import type { RecordSource, Step, WorkflowDefinition } from './definition.ts';
import { fieldOfForm } from './form-types.ts';
import { blocksOf } from './tree.ts';

/** What a workflow stands on: what its slots' connections and other workflows offer. */
export interface WorkflowSurroundings {
  /** Of the connection in a slot, by the slot's key. */
  readonly recordTypes: ReadonlyMap<string, readonly RecordType[]>;
  readonly actions: ReadonlyMap<string, readonly ActionDefinition[]>;
  /** What other workflows take and give, by their ids. */
  readonly workflows: ReadonlyMap<string, WorkflowInterface>;
}

export interface WorkflowInterface {
  readonly name: string;
  readonly inputs: WorkflowDefinition['inputs'];
  readonly output: readonly ObjectField[];
}

export function recordTypesIn({ recordTypes }: WorkflowSurroundings): KnownRecordTypes {
  return { of: (slot) => recordTypes.get(slot) ?? [] };
}

/** What the expressions of each step may name, by the step's key; of the output too. */
export interface WorkflowScopes {
  readonly steps: ReadonlyMap<string, Scope>;
  readonly variables: Scope;
  readonly output: Scope;
}

/** A step is seen by those behind it in its block and in the blocks within that; never from outside its block. */
export function scopesOf(definition: WorkflowDefinition, surroundings: WorkflowSurroundings): WorkflowScopes {
  const inputs = objectOf(
    definition.inputs.map(({ key, title, type, required }) => ({
      key,
      title,
      type: nullable(type, !required),
    })),
  );
  const execution = objectOf([
    { key: 'id', title: 'Id of the execution', type: TEXT },
    { key: 'startedAt', title: 'Started at', type: DATETIME },
    { key: 'cause', title: 'What set it off', type: TEXT },
  ]);
  const variables = objectOf(
    definition.variables.map(({ key, title, type }) => ({ key, title, type: nullable(type) })),
  );
  const base: Scope = { inputs, variables, execution };
  const steps = new Map<string, Scope>();
  const output = new ScopeWalk(surroundings, base, steps).block(definition.steps, [], {});
  return { steps, variables: { inputs }, output: { ...base, steps: stepsType(output) } };
}

class ScopeWalk {
  readonly #surroundings: WorkflowSurroundings;
  readonly #base: Scope;
  readonly #scopes: Map<string, Scope>;

  constructor(surroundings: WorkflowSurroundings, base: Scope, scopes: Map<string, Scope>) {
    this.#surroundings = surroundings;
    this.#base = base;
    this.#scopes = scopes;
  }

  /** @returns the fields of the steps that are seen at the block's end */
  block(steps: readonly Step[], before: readonly ObjectField[], turn: Scope): readonly ObjectField[] {
    let seen = before;
    for (const step of steps) {
      const scope: Scope = { ...this.#base, ...turn, steps: stepsType(seen) };
      this.#scopes.set(step.key, { ...scope, ...recordScope(step) });
      const output = outputTypeOf(step, this.#surroundings);
      const own = fieldOf(step, output);
      for (const { name, steps: inner } of blocksOf(step)) {
        const isTurn = step.kind === 'each' && name === 'block';
        const within = isTurn ? { item: this.#itemOf(step, scope), index: NUMBER } : {};
        this.block(inner, isTurn ? seen : [...seen, own], { ...turn, ...within });
      }
      seen = [...seen.filter(({ key }) => key !== step.key), own];
    }
    return seen;
  }

  #itemOf(step: Extract<Step, { kind: 'each' }>, scope: Scope): ExpressionType {
    const compiled = compile(step.items, { scope, recordTypes: recordTypesIn(this.#surroundings) });
    return compiled.ok && compiled.expression.type.kind === 'array' ? compiled.expression.type.of : ANY;
  }
}

/** What a step gives, as expressions behind it see it. */
export function outputTypeOf(step: Step, surroundings: WorkflowSurroundings): ExpressionType {
  switch (step.kind) {
    case 'action':
      return nullable(actionOutput(surroundings, step.connection, step.action));
    case 'call':
      return nullable(objectOf(surroundings.workflows.get(step.workflow)?.output ?? []));
    case 'decision':
      return BOOLEAN;
    case 'each':
      return nullable(countsOf('count', 'failed'));
    case 'bulk':
      return nullable(countsOf('records', 'begun', 'succeeded', 'failed', 'cancelled'));
    case 'export':
      return nullable(EXPORTED);
    case 'wait':
      return step.until.kind === 'record'
        ? nullable(
            objectOf([
              { key: 'met', title: 'Was met', type: BOOLEAN },
              { key: 'record', title: 'Record', type: nullable(recordIn(step.until.source)) },
            ]),
          )
        : nullable(ANY);
    case 'set':
    case 'stop':
    case 'switch':
      return nullable(ANY);
  }
}

const EXPORTED = objectOf([
  { key: 'file', title: 'Id of the file', type: TEXT },
  { key: 'name', title: 'Name of the file', type: TEXT },
  { key: 'url', title: 'Link to it', type: TEXT },
  { key: 'expiresAt', title: 'Link expires at', type: DATETIME },
  { key: 'rows', title: 'Rows', type: NUMBER },
  { key: 'bytes', title: 'Bytes', type: NUMBER },
  { key: 'sha256', title: 'SHA-256', type: TEXT },
]);

const ERROR = nullable(
  objectOf([
    { key: 'code', title: 'Code', type: TEXT },
    { key: 'message', title: 'Message', type: TEXT },
    { key: 'fault', title: 'Whose fault', type: TEXT },
  ]),
);

function fieldOf({ key, title }: Step, output: ExpressionType): ObjectField {
  const type = objectOf([
    { key: 'output', title: 'Output', type: output },
    { key: 'error', title: 'Error', type: ERROR },
  ]);
  return { key, title, type };
}

function stepsType(fields: readonly ObjectField[]): ExpressionType {
  return objectOf(fields);
}

function countsOf(...keys: readonly string[]): ExpressionType {
  return objectOf(keys.map((key) => ({ key, title: key, type: NUMBER })));
}

function recordIn({ connection, recordType }: RecordSource): ExpressionType {
  return { kind: 'record', connection, recordType };
}

/** Steps over records see the one they are at. */
function recordScope(step: Step): Scope {
  if (step.kind === 'bulk' || step.kind === 'export') return { record: recordIn(step.source) };
  if (step.kind === 'wait' && step.until.kind === 'record') {
    return { record: nullable(recordIn(step.until.source)) };
  }
  return {};
}

function actionOutput({ actions }: WorkflowSurroundings, slot: string, key: string): ExpressionType {
  const action = actions.get(slot)?.find((one) => one.key === key);
  return action === undefined || action.output.length === 0 ? ANY : objectOf(action.output.map(fieldOfForm));
}
