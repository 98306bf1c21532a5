import { messageOf, MiddleError } from '../errors.ts';
import type { Checked, Comparison, EachArgument } from './checked.ts';
import type { RunContext } from './functions/definition.ts';
import type { Relation } from './records.ts';
import { randomOf } from './random.ts';
import type { Span } from './syntax.ts';
import { compareValues, dataOf, fieldOf, isData, isSame, momentOf, textOf, weigh } from './values.ts';

/**
 * Units of work of one evaluation: nodes looked at, items gone through, a unit for 16 characters of text made. As every
 * value that is made is counted, they bound its memory too: some 3 million characters or 200,000 items in all.
 */
export const WORK_MAX = 200_000;

/** What related records are at hand. Undefined: they have to be fetched first. */
export type RelatedRecords = (relation: Relation, record: Readonly<Record<string, unknown>>) => unknown;

export interface EvaluateOptions {
  readonly scope: Readonly<Record<string, unknown>>;
  readonly now: Date;
  /** The same seed gives the same random values: give each expression its own, or two ids are the same id. */
  readonly seed: string;
  readonly related?: RelatedRecords;
  readonly workMax?: number;
}

/**
 * Works out an expression. It ends within its limits whatever the values are, and the same values give the same result.
 * @throws MiddleError expression_failed, with the place in the source as data
 */
export function evaluate(expression: Checked, options: EvaluateOptions): unknown {
  return new Evaluation(options).run(expression);
}

/** A variable of an each argument, and those around it. */
interface Locals {
  readonly name: string;
  readonly value: unknown;
  readonly outer: Locals | null;
}

class Evaluation {
  readonly #scope: Readonly<Record<string, unknown>>;
  readonly #related: RelatedRecords;
  readonly #context: RunContext;
  readonly #workMax: number;
  #work = 0;
  #span: Span = { start: 0, end: 0 };

  constructor({ scope, now, seed, related, workMax }: EvaluateOptions) {
    this.#scope = scope;
    this.#related = related ?? ((): null => null);
    this.#workMax = workMax ?? WORK_MAX;
    this.#context = { now, random: randomOf(seed), charge: (units) => this.#charge(units) };
  }

  run(expression: Checked): unknown {
    try {
      const result = this.#eval(expression, null);
      this.#span = expression;
      weigh(result, this.#context.charge);
      return result;
    } catch (error) {
      throw error instanceof MiddleError ? error : failure(this.#span, messageOf(error));
    }
  }

  #charge(units: number): void {
    this.#work += units;
    if (this.#work > this.#workMax)
      throw failure(this.#span, 'it takes too much work; its values are too large');
  }

  #eval(node: Checked, locals: Locals | null): unknown {
    this.#span = node;
    this.#charge(1);
    switch (node.kind) {
      case 'value':
        return node.value;
      case 'name':
        return this.#name(node.name, locals);
      case 'field':
        return fieldOf(this.#eval(node.of, locals), node.key);
      case 'item':
        return itemOf(this.#eval(node.of, locals), this.#eval(node.at, locals));
      case 'call':
        return this.#call(node, locals);
      case 'related':
        return this.#relatedTo(node, locals);
      case 'list':
        return node.items.map((item) => this.#eval(item, locals));
      case 'object':
        return dataOf(node.entries.map(([key, value]) => [key, this.#eval(value, locals)] as const));
      case 'if':
        return this.#eval(this.#boolean(node.test, locals) ? node.yes : node.no, locals);
      case 'unary':
        if (node.operator === '!') return !this.#boolean(node.of, locals);
        return this.#number(node.of, locals, (value) => -value);
      case 'binary':
        return this.#binary(node, locals);
    }
  }

  #name(name: string, locals: Locals | null): unknown {
    for (let one = locals; one !== null; one = one.outer) if (one.name === name) return one.value;
    return fieldOf(this.#scope, name);
  }

  /** Null is no reason to go on. */
  #boolean(node: Checked, locals: Locals | null): boolean {
    const value = this.#eval(node, locals);
    if (typeof value === 'boolean' || value === null) return value ?? false;
    throw failure(node, `true or false is needed, and it is ${shown(value)}`);
  }

  #number(node: Checked, locals: Locals | null, of: (value: number) => number): number | null {
    const value = this.#eval(node, locals);
    if (value === null) return null;
    if (typeof value === 'number') return finite(of(value));
    throw failure(node, `a number is needed, and it is ${shown(value)}`);
  }

  #binary(node: Extract<Checked, { kind: 'binary' }>, locals: Locals | null): unknown {
    const { operator } = node;
    if (operator === '&&') return this.#boolean(node.left, locals) && this.#boolean(node.right, locals);
    if (operator === '||') return this.#boolean(node.left, locals) || this.#boolean(node.right, locals);
    const left = this.#eval(node.left, locals);
    const right = this.#eval(node.right, locals);
    this.#span = node;
    if (operator === '==' || operator === '!=') {
      return this.#same(left, right, node.comparison) === (operator === '==');
    }
    if (operator === 'in') {
      if (!Array.isArray(right)) return false;
      this.#charge(right.length);
      return right.some((item) => this.#same(item, left, node.comparison));
    }
    if (operator === '+') return this.#sum(node, left, right);
    return isOrder(operator)
      ? this.#order(node, operator, left, right)
      : this.#arithmetic(node, operator, left, right);
  }

  #same(left: unknown, right: unknown, comparison: Comparison): boolean {
    if (comparison === 'moment' && typeof left === 'string' && typeof right === 'string') {
      return momentOf(left) === momentOf(right);
    }
    return isSame(left, right, this.#context.charge);
  }

  #order(node: Checked, operator: Order, left: unknown, right: unknown): boolean {
    // Nothing is less or more than null.
    if (left === null || right === null) return false;
    if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) {
      throw failure(node, `${shown(left)} and ${shown(right)} have no order`);
    }
    const isMoment = node.kind === 'binary' && node.comparison === 'moment';
    const order =
      isMoment && typeof left === 'string' && typeof right === 'string'
        ? momentOf(left) - momentOf(right)
        : compareValues(left, right);
    switch (operator) {
      case '<':
        return order < 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '>=':
        return order >= 0;
    }
  }

  #sum(node: Checked, left: unknown, right: unknown): unknown {
    const { kind } = node.type;
    if (kind === 'text' || (kind === 'any' && (typeof left === 'string' || typeof right === 'string'))) {
      weigh(left, this.#context.charge);
      weigh(right, this.#context.charge);
      const [before, after] = [textOf(left), textOf(right)];
      this.#charge((before.length + after.length) / 16);
      return before + after;
    }
    if (Array.isArray(left) && Array.isArray(right)) {
      this.#charge(left.length + right.length);
      return [...left, ...right];
    }
    return this.#arithmetic(node, '+', left, right);
  }

  #arithmetic(node: Checked, operator: Arithmetic, left: unknown, right: unknown): number | null {
    if (left === null || right === null) return null;
    if (typeof left !== 'number' || typeof right !== 'number') {
      const wrong = typeof left === 'number' ? right : left;
      throw failure(node, `numbers are needed, and one is ${shown(wrong)}`);
    }
    switch (operator) {
      case '+':
        return finite(left + right);
      case '-':
        return finite(left - right);
      case '*':
        return finite(left * right);
      case '/':
        return right === 0 ? null : finite(left / right);
      case '%':
        return right === 0 ? null : finite(left % right);
    }
  }

  #call(
    { start, end, definition, args }: Extract<Checked, { kind: 'call' }>,
    locals: Locals | null,
  ): unknown {
    const values: unknown[] = [];
    for (const arg of args) {
      if (arg.kind === 'each') {
        values.push((item: unknown) =>
          this.#eval(arg.body, { name: arg.variable, value: item, outer: locals }),
        );
        continue;
      }
      const value = this.#eval(arg, locals);
      if (value === null && definition.takesNull !== true) return null;
      values.push(value);
    }
    this.#span = { start, end };
    this.#checkArguments(definition.parameters, args, values);
    try {
      return jsonOf(definition.run(values, this.#context));
    } catch (error) {
      if (error instanceof MiddleError) throw error;
      throw failure({ start, end }, `${definition.name}: ${messageOf(error)}`);
    }
  }

  /** What came through a value of any type is looked at here: functions get what they say. */
  #checkArguments(
    parameters: Extract<Checked, { kind: 'call' }>['definition']['parameters'],
    args: readonly (Checked | EachArgument)[],
    values: readonly unknown[],
  ): void {
    for (const [at, arg] of args.entries()) {
      const wanted = parameters[Math.min(at, parameters.length - 1)];
      if (arg.kind === 'each' || wanted === undefined) continue;
      const value = values[at];
      const { kind } = wanted.type;
      const isRight =
        kind === 'any' ||
        (kind === 'array' && Array.isArray(value)) ||
        (kind === 'number' && typeof value === 'number') ||
        (kind === 'boolean' && typeof value === 'boolean') ||
        ((kind === 'text' || kind === 'date' || kind === 'datetime') && typeof value === 'string');
      if (!isRight) throw failure(arg, `the ${wanted.name} does not fit: it is ${shown(value)}`);
    }
  }

  #relatedTo({ of, relation }: Extract<Checked, { kind: 'related' }>, locals: Locals | null): unknown {
    const record = this.#eval(of, locals);
    if (!isData(record)) return null;
    const found = this.#related(relation, record);
    if (Array.isArray(found)) this.#charge(found.length);
    return found ?? null;
  }
}

type Order = '<' | '<=' | '>' | '>=';
type Arithmetic = '+' | '-' | '*' | '/' | '%';

function isOrder(operator: Order | Arithmetic): operator is Order {
  return operator === '<' || operator === '<=' || operator === '>' || operator === '>=';
}

function itemOf(value: unknown, at: unknown): unknown {
  if (Array.isArray(value) && typeof at === 'number') {
    const item: unknown = value.at(Math.trunc(at));
    return item ?? null;
  }
  return typeof at === 'string' ? fieldOf(value, at) : null;
}

/** JSON has no infinity: what is too large is not known. Nor has it a zero with a sign. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

function jsonOf(value: unknown): unknown {
  return typeof value === 'number' ? finite(value) : (value ?? null);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length} items`;
  if (isData(value)) return 'an object';
  if (typeof value !== 'string') return String(value);
  return `“${value.length > 60 ? `${value.slice(0, 60).toWellFormed()}…` : value}”`;
}

function failure({ start, end }: Span, message: string): MiddleError {
  return new MiddleError('expression_failed', `At ${start + 1}: ${message}.`, { data: { start, end } });
}
