import { compile } from '../expression/check.ts';
import type { Scope } from '../expression/check.ts';
import type { ExpressionType, ObjectField } from '../expression/type.ts';
import { ANY, arrayOf, BOOLEAN, DATETIME, NUMBER, TEXT } from '../expression/types.ts';
import { nearest } from '../nearest.ts';
import { DEPTH_MAX, STEPS_MAX } from './definition.ts';
import type { RecordSource, Step, WorkflowDefinition } from './definition.ts';
import { fieldOfForm } from './form-types.ts';
import { recordTypesIn, scopesOf } from './scopes.ts';
import type { WorkflowSurroundings } from './scopes.ts';
import { walk } from './tree.ts';
import type { PlacedStep } from './tree.ts';

/** Why a definition can't be published. */
export interface WorkflowProblem {
  /** Where in the definition: `steps[0].whenTrue[1].criteria`. */
  readonly path: string;
  /** The step's key; null when it is of no step. */
  readonly step: string | null;
  readonly message: string;
  /** Within the expression at the path. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly suggestion?: string | undefined;
}

/** Everything that is wrong with a definition, in the order of its parts. None: it may be published. */
export function checkWorkflow(
  definition: WorkflowDefinition,
  surroundings: WorkflowSurroundings,
): readonly WorkflowProblem[] {
  return new WorkflowCheck(definition, surroundings).run();
}

class WorkflowCheck {
  readonly #definition: WorkflowDefinition;
  readonly #surroundings: WorkflowSurroundings;
  readonly #problems: WorkflowProblem[] = [];

  constructor(definition: WorkflowDefinition, surroundings: WorkflowSurroundings) {
    this.#definition = definition;
    this.#surroundings = surroundings;
  }

  run(): readonly WorkflowProblem[] {
    const { inputs, variables, connections, output } = this.#definition;
    const scopes = scopesOf(this.#definition, this.#surroundings);
    this.#unique('inputs', inputs);
    this.#unique('variables', variables);
    this.#unique('connections', connections);
    this.#unique('output', output);
    for (const [at, { initial, type }] of variables.entries()) {
      this.#expression({ path: `variables[${at}].initial`, step: null }, initial, scopes.variables, type);
    }
    this.#steps();
    for (const placed of walk(this.#definition)) this.#step(placed, scopes.steps.get(placed.step.key) ?? {});
    for (const [at, { value }] of output.entries()) {
      this.#expression({ path: `output[${at}].value`, step: null }, value, scopes.output, ANY);
    }
    return this.#problems;
  }

  #say(at: Place, message: string, more: Partial<WorkflowProblem> = {}): void {
    this.#problems.push({ ...at, message, ...more });
  }

  #unique(part: string, list: readonly { readonly key: string }[]): void {
    const keys = new Set<string>();
    for (const [at, { key }] of list.entries()) {
      if (keys.has(key))
        this.#say({ path: `${part}[${at}].key`, step: null }, `There is another “${key}” before it.`);
      keys.add(key);
    }
  }

  #steps(): void {
    const keys = new Set<string>();
    let count = 0;
    for (const { step, within, path } of walk(this.#definition)) {
      count += 1;
      const at = { path: `${path}.key`, step: step.key };
      if (keys.has(step.key)) this.#say(at, `There is another step “${step.key}” before it.`);
      if (within.length >= DEPTH_MAX)
        this.#say(at, `It is within ${within.length} other steps; the most is ${DEPTH_MAX - 1}.`);
      keys.add(step.key);
    }
    if (count > STEPS_MAX) {
      this.#say(
        { path: 'steps', step: null },
        `There are ${count} steps; the most is ${STEPS_MAX}. Move some to a workflow that this one calls.`,
      );
    }
    if (count === 0) this.#say({ path: 'steps', step: null }, 'There is no step.');
  }

  #expression(at: Place, source: string, scope: Scope, expected: ExpressionType): void {
    const compiled = compile(source, { scope, recordTypes: recordTypesIn(this.#surroundings), expected });
    if (compiled.ok) return;
    for (const { start, end, message, suggestion } of compiled.problems) {
      this.#say(at, message, { start, end, ...(suggestion !== undefined && { suggestion }) });
    }
  }

  #step({ step, path }: PlacedStep, scope: Scope): void {
    const at = (part: string): Place => ({ path: `${path}.${part}`, step: step.key });
    const { record: _record, ...plain } = scope;
    switch (step.kind) {
      case 'decision':
        this.#expression(at('criteria'), step.criteria, scope, BOOLEAN);
        return;
      case 'switch':
        this.#expression(at('value'), step.value, scope, ANY);
        for (const [place, { equals }] of step.cases.entries()) {
          for (const [index, source] of equals.entries()) {
            this.#expression(at(`cases[${place}].equals[${index}]`), source, scope, ANY);
          }
        }
        this.#unique(`${path}.cases`, step.cases);
        return;
      case 'set':
        this.#set(step, at, scope);
        return;
      case 'each':
        this.#expression(at('items'), step.items, scope, arrayOf(ANY));
        return;
      case 'stop':
        if (step.message !== null) this.#expression(at('message'), step.message, scope, ANY);
        return;
      case 'action':
        this.#action(step, at, scope);
        return;
      case 'call':
        this.#call(step.workflow, step.input, at, scope);
        return;
      case 'bulk':
        this.#source(step.source, at);
        if (step.filter !== null) this.#expression(at('filter'), step.filter, scope, BOOLEAN);
        this.#call(step.workflow, step.input, at, scope);
        return;
      case 'export':
        this.#export(step, at, scope, plain);
        return;
      case 'wait':
        this.#wait(step, at, scope, plain);
        return;
    }
  }

  #set(step: Extract<Step, { kind: 'set' }>, at: At, scope: Scope): void {
    const variable = this.#definition.variables.find(({ key }) => key === step.variable);
    if (variable === undefined) {
      this.#missing(
        at('variable'),
        'variable',
        step.variable,
        this.#definition.variables.map(({ key }) => key),
      );
    }
    this.#expression(at('value'), step.value, scope, variable?.type ?? ANY);
  }

  #wait(step: Extract<Step, { kind: 'wait' }>, at: At, scope: Scope, plain: Scope): void {
    const { until } = step;
    if (until.kind === 'duration') this.#expression(at('until.seconds'), until.seconds, plain, NUMBER);
    else if (until.kind === 'moment') this.#expression(at('until.at'), until.at, plain, DATETIME);
    else {
      this.#source(until.source, (part) => at(`until.${part}`));
      this.#expression(at('until.id'), until.id, plain, TEXT);
      this.#expression(at('until.criteria'), until.criteria, scope, BOOLEAN);
    }
  }

  #export(step: Extract<Step, { kind: 'export' }>, at: At, scope: Scope, plain: Scope): void {
    this.#source(step.source, at);
    if (step.filter !== null) this.#expression(at('filter'), step.filter, scope, BOOLEAN);
    if (step.fileName !== null) this.#expression(at('fileName'), step.fileName, plain, TEXT);
    if (step.columns.length === 0) this.#say(at('columns'), 'Choose at least one column.');
    const names = new Set<string>();
    for (const [index, { name, value }] of step.columns.entries()) {
      if (names.has(name))
        this.#say(at(`columns[${index}].name`), `There is another column “${name}” before it.`);
      names.add(name);
      this.#expression(at(`columns[${index}].value`), value, scope, ANY);
    }
  }

  #slot(place: Place, slot: string): boolean {
    const slots = this.#definition.connections.map(({ key }) => key);
    if (slots.includes(slot)) return true;
    this.#missing(place, 'connection', slot, slots);
    return false;
  }

  #source({ connection, recordType }: RecordSource, at: At): void {
    if (!this.#slot(at('source.connection'), connection)) return;
    const types = this.#surroundings.recordTypes.get(connection);
    if (types === undefined) {
      this.#say(at('source.connection'), `No connection fills “${connection}” yet.`);
    } else if (!types.some(({ key }) => key === recordType)) {
      this.#missing(
        at('source.recordType'),
        'record type',
        recordType,
        types.map(({ key }) => key),
      );
    }
  }

  #action(step: Extract<Step, { kind: 'action' }>, at: At, scope: Scope): void {
    if (!this.#slot(at('connection'), step.connection)) return;
    const actions = this.#surroundings.actions.get(step.connection);
    if (actions === undefined) {
      this.#say(at('connection'), `No connection fills “${step.connection}” yet.`);
      return;
    }
    const action = actions.find(({ key }) => key === step.action);
    if (action === undefined)
      this.#missing(
        at('action'),
        'action',
        step.action,
        actions.map(({ key }) => key),
      );
    else this.#mapping(step.input, action.input.map(fieldOfForm), at, scope);
  }

  #call(id: string, input: Readonly<Record<string, string>>, at: At, scope: Scope): void {
    const workflow = this.#surroundings.workflows.get(id);
    if (workflow === undefined) {
      const message =
        id === '' ? 'Choose a workflow.' : 'There is no published workflow with this id in this account.';
      this.#say(at('workflow'), message);
      return;
    }
    const fields = workflow.inputs.map(({ key, title, type, required }) => ({
      key,
      title,
      type: required ? type : { ...type, nullable: true },
    }));
    this.#mapping(input, fields, at, scope);
  }

  /** Every field that is needed has an expression of its type, and no other is there. */
  #mapping(
    mapping: Readonly<Record<string, string>>,
    fields: readonly ObjectField[],
    at: At,
    scope: Scope,
  ): void {
    for (const { key, title, type } of fields) {
      const source = mapping[key];
      if (source !== undefined && source.trim() !== '')
        this.#expression(at(`input.${key}`), source, scope, type);
      else if (type.nullable !== true)
        this.#say(at(`input.${key}`), `“${title}” is needed and has no value.`);
    }
    for (const key of Object.keys(mapping)) {
      if (!fields.some((field) => field.key === key)) {
        this.#missing(
          at(`input.${key}`),
          'input',
          key,
          fields.map((field) => field.key),
        );
      }
    }
  }

  #missing(place: Place, what: string, name: string, known: readonly string[]): void {
    if (name === '') {
      this.#say(place, `Choose ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}.`);
      return;
    }
    const near = nearest(name, known);
    const there = known.length === 0 ? 'There is none.' : `There are: ${known.join(', ')}.`;
    const hint = near === null ? there : `Did you mean ${near}?`;
    this.#say(place, `There is no ${what} “${name}”. ${hint}`, near === null ? {} : { suggestion: near });
  }
}

type Place = Pick<WorkflowProblem, 'path' | 'step'>;
type At = (part: string) => Place;
