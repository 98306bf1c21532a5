import { nearest } from '../nearest.ts';
import { isDate, isDateTime } from '../record.ts';
import type { Checked, Comparison, EachArgument } from './checked.ts';
import { findFunction, FUNCTIONS, otherName, signatureOf } from './functions/catalogue.ts';
import type { FunctionDefinition, Parameter } from './functions/definition.ts';
import { fieldsOfType, NO_RECORD_TYPES, relationsOf } from './records.ts';
import type { KnownRecordTypes } from './records.ts';
import { parseExpression } from './syntax.ts';
import type { BinaryOperator, ExpressionProblem, Node, Span } from './syntax.ts';
import type { ExpressionType } from './type.ts';
import {
  ANY,
  arrayOf,
  BOOLEAN,
  DATE,
  DATETIME,
  fits,
  manageable,
  nullable,
  NUMBER,
  objectOf,
  present,
  TEXT,
  union,
  wordsOf,
} from './types.ts';

/** What an expression may name, and of which type each is. */
export type Scope = Readonly<Record<string, ExpressionType>>;

export interface CompileOptions {
  readonly scope: Scope;
  readonly recordTypes?: KnownRecordTypes;
  /** What it has to give. */
  readonly expected?: ExpressionType;
}

export type Compiled =
  | { readonly ok: true; readonly expression: Checked }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };

const PROBLEMS_MAX = 20;

/** Reads an expression and checks its types. What compiles never meets a wrong type, unless through values of any type. */
export function compile(source: string, options: CompileOptions): Compiled {
  const parsed = parseExpression(source);
  if (!parsed.ok) return parsed;
  const checker = new Checker(options);
  const expression = checker.check(parsed.node, new Map(Object.entries(options.scope)));
  const { expected } = options;
  if (expected !== undefined && checker.problems.length === 0) {
    const given = checker.asWanted(expression, expected);
    if (!fits(given.type, expected)) {
      checker.say(parsed.node, `It gives ${wordsOf(given.type)}; ${wordsOf(expected)} is needed.`);
    }
  }
  if (checker.problems.length > 0) return { ok: false, problems: checker.problems.slice(0, PROBLEMS_MAX) };
  return { ok: true, expression };
}

type Names = ReadonlyMap<string, ExpressionType>;

class Checker {
  readonly problems: ExpressionProblem[] = [];
  readonly #recordTypes: KnownRecordTypes;

  constructor({ recordTypes = NO_RECORD_TYPES }: CompileOptions) {
    this.#recordTypes = recordTypes;
  }

  say({ start, end }: Span, message: string, suggestion?: string | null): void {
    this.problems.push({ start, end, message, ...(typeof suggestion === 'string' && { suggestion }) });
  }

  check(node: Node, names: Names): Checked {
    const { start, end } = node;
    const span = { start, end };
    switch (node.kind) {
      case 'value':
        return { ...span, kind: 'value', value: node.value, type: typeOfValue(node.value) };
      case 'name':
        return this.#name(node, names);
      case 'field':
        return this.#field(span, this.check(node.of, names), node.key);
      case 'item':
        return this.#item(span, this.check(node.of, names), this.check(node.at, names));
      case 'call':
        return this.#call(node, names);
      case 'list': {
        const items = node.items.map((item) => this.check(item, names));
        const [first = ANY, ...rest] = items.map(({ type }) => type);
        return { ...span, kind: 'list', items, type: manageable(arrayOf(rest.reduce(union, first))) };
      }
      case 'object':
        return this.#object(span, node.entries, names);
      case 'if': {
        const test = this.#wanted(this.check(node.test, names), BOOLEAN, 'The condition');
        const yes = this.check(node.yes, names);
        const no = this.check(node.no, names);
        return { ...span, kind: 'if', test, yes, no, type: union(yes.type, no.type) };
      }
      case 'unary': {
        const of = this.check(node.of, names);
        const type = node.operator === '!' ? BOOLEAN : NUMBER;
        this.#wanted(of, type, `What follows “${node.operator}”`);
        const isNullable = node.operator === '-' && of.type.nullable === true;
        return { ...span, kind: 'unary', operator: node.operator, of, type: nullable(type, isNullable) };
      }
      case 'binary':
        return this.#binary(span, node.operator, this.check(node.left, names), this.check(node.right, names));
    }
  }

  /** A text that is written out and is a date counts as one where a date is wanted. */
  asWanted(given: Checked, wanted: ExpressionType): Checked {
    if (wanted.kind !== 'datetime' && wanted.kind !== 'date') return given;
    if (given.kind !== 'value' || typeof given.value !== 'string') return given;
    const type = writtenDate(given.value);
    return type === null ? given : { ...given, type };
  }

  #name(node: Extract<Node, { kind: 'name' }>, names: Names): Checked {
    const { start, end, name } = node;
    const type = names.get(name);
    if (type === undefined) {
      const known = nearest(name, [...names.keys()]);
      const there = [...names.keys()].join(', ');
      const hint =
        known === null ? `Known here: ${there === '' ? 'nothing' : there}.` : `Did you mean ${known}?`;
      this.say(node, `There is no “${name}”. ${hint}`, known);
    }
    return { start, end, kind: 'name', name, type: type ?? ANY };
  }

  #field(span: Span, of: Checked, key: string): Checked {
    const made = { ...span, kind: 'field', of, key } as const;
    const fields = fieldsOfType(this.#recordTypes, of.type);
    const place = { start: Math.max(span.start, span.end - key.length), end: span.end };
    if (fields === null) {
      if (of.type.kind !== 'any' && of.type.kind !== 'record') {
        const hint =
          of.type.kind === 'array' ? ' Take an item with [0], or go through all with .map(x, x.…).' : '';
        this.say(place, `${capital(wordsOf(of.type))} has no fields.${hint}`);
      }
      return { ...made, type: nullable(ANY) };
    }
    const field = fields.find((one) => one.key === key);
    if (field === undefined) {
      const known = nearest(
        key,
        fields.map((one) => one.key),
      );
      const all = fields.map((one) => one.key).join(', ');
      const hint = known === null ? `It has: ${all}.` : `Did you mean ${known}?`;
      this.say(place, `${capital(wordsOf(of.type))} has no field “${key}”. ${hint}`, known);
      return { ...made, type: nullable(ANY) };
    }
    return { ...made, type: nullable(field.type, field.type.nullable === true || of.type.nullable === true) };
  }

  #item(span: Span, of: Checked, at: Checked): Checked {
    if (at.kind === 'value' && typeof at.value === 'string' && of.type.kind !== 'array') {
      const field = this.#field({ start: at.start + 1, end: at.end - 1 }, of, at.value);
      return { ...field, ...span };
    }
    const made = { ...span, kind: 'item', of, at } as const;
    if (of.type.kind === 'array') {
      this.#wanted(at, NUMBER, 'The position in a list');
      return { ...made, type: nullable(of.type.of) };
    }
    if (of.type.kind !== 'any' && of.type.kind !== 'object' && of.type.kind !== 'record') {
      this.say(of, `${capital(wordsOf(of.type))} has no items.`);
    }
    return { ...made, type: nullable(ANY) };
  }

  #object(span: Span, entries: Extract<Node, { kind: 'object' }>['entries'], names: Names): Checked {
    const checked = entries.flatMap(([key, value]): (readonly [string, Checked])[] => {
      const name =
        key.kind === 'name'
          ? key.name
          : key.kind === 'value' && typeof key.value === 'string'
            ? key.value
            : null;
      if (name === null) {
        this.say(key, 'The key of an object must be written out, such as "name".');
        return [];
      }
      return [[name, this.check(value, names)]];
    });
    const fields = checked.map(([key, { type }]) => ({ key, title: key, type }));
    return { ...span, kind: 'object', entries: checked, type: manageable(objectOf(fields)) };
  }

  #binary(span: Span, operator: BinaryOperator, left: Checked, right: Checked): Checked {
    const made = (type: ExpressionType, comparison: Comparison = 'plain'): Checked => ({
      ...span,
      kind: 'binary',
      operator,
      left,
      right,
      comparison,
      type,
    });
    const isNullable = left.type.nullable === true || right.type.nullable === true;
    switch (operator) {
      case '&&':
      case '||':
        this.#wanted(left, BOOLEAN, `What stands before “${operator}”`);
        this.#wanted(right, BOOLEAN, `What stands behind “${operator}”`);
        return made(BOOLEAN);
      case '==':
      case '!=':
        return made(BOOLEAN, this.#comparison(span, left, right, false));
      case '<':
      case '<=':
      case '>':
      case '>=':
        return made(BOOLEAN, this.#comparison(span, left, right, true));
      case 'in':
        if (right.type.kind !== 'array' && right.type.kind !== 'any') {
          this.say(right, `“in” looks into a list, and this is ${wordsOf(right.type)}.`);
        }
        return made(BOOLEAN, this.#membership(left, right));
      case '+':
        return made(this.#sum(span, left, right, isNullable));
      case '-':
      case '*':
      case '/':
      case '%':
        this.#arithmetic(operator, left, right);
        return made(nullable(NUMBER, isNullable || operator === '/' || operator === '%'));
    }
  }

  #membership(left: Checked, right: Checked): Comparison {
    if (right.type.kind !== 'array') return 'plain';
    const types =
      right.kind === 'list'
        ? right.items.map((item) => this.asWanted(item, left.type).type)
        : [right.type.of];
    const isMoments = types.every((type) => isMoment(type) && isMoment(this.asWanted(left, type).type));
    return isMoments && types.length > 0 ? 'moment' : 'plain';
  }

  #comparison(span: Span, left: Checked, right: Checked, ordered: boolean): Comparison {
    const [a, b] = [this.asWanted(left, right.type).type, this.asWanted(right, left.type).type];
    if (isMoment(a) && isMoment(b)) return 'moment';
    if (!isNull(left) && !isNull(right) && !fits(a, b) && !fits(b, a)) {
      this.say(span, `${capital(wordsOf(a))} can’t be compared with ${wordsOf(b)}.`);
    } else if (
      isMoment(a) !== isMoment(b) &&
      [left, right].some((one) => one.kind === 'value' && one.type.kind === 'text')
    ) {
      const text = left.kind === 'value' ? left : right;
      this.say(text, 'This text is no date; write one as "2026-01-31" or "2026-01-31T10:00:00Z".');
    } else if (ordered && ['boolean', 'array', 'object', 'record'].includes(present(a).kind)) {
      this.say(span, `${capital(wordsOf(a))} is neither less nor more than another.`);
    }
    return 'plain';
  }

  #sum(span: Span, left: Checked, right: Checked, isNullable: boolean): ExpressionType {
    const kinds = [left.type.kind, right.type.kind];
    if (kinds.includes('text')) return TEXT;
    if (left.type.kind === 'array' && right.type.kind === 'array') return union(left.type, right.type);
    if (kinds.some((kind) => kind === 'date' || kind === 'datetime')) {
      this.say(span, 'A date is moved with plus: plus(at, 3, "days").');
      return DATETIME;
    }
    if (kinds.includes('any')) return nullable(ANY);
    this.#wanted(left, NUMBER, 'What stands before “+”');
    this.#wanted(right, NUMBER, 'What stands behind “+”');
    return nullable(NUMBER, isNullable);
  }

  #arithmetic(operator: BinaryOperator, left: Checked, right: Checked): void {
    if (operator === '-' && (isMoment(left.type) || isMoment(right.type))) {
      const hint = isMoment(right.type) ? 'between(from, to, "days")' : 'minus(at, 3, "days")';
      this.say({ start: left.start, end: right.end }, `Dates are not subtracted; use ${hint}.`);
      return;
    }
    this.#wanted(left, NUMBER, `What stands before “${operator}”`);
    this.#wanted(right, NUMBER, `What stands behind “${operator}”`);
  }

  #wanted(given: Checked, wanted: ExpressionType, what: string): Checked {
    const as = this.asWanted(given, wanted);
    if (!fits(as.type, wanted) && !(given.kind === 'value' && given.value === null)) {
      const readsDate = (wanted.kind === 'date' || wanted.kind === 'datetime') && as.type.kind === 'text';
      const hint = readsDate
        ? ` Read it with ${wanted.kind}(…).`
        : wanted.kind === 'number' && as.type.kind === 'text'
          ? ' Read it with number(…).'
          : '';
      this.say(given, `${what} must be ${wordsOf(wanted)}, and is ${wordsOf(as.type)}.${hint}`);
    }
    return as;
  }

  #call(node: Extract<Node, { kind: 'call' }>, names: Names): Checked {
    if (node.name === 'related') return this.#related(node, names);
    const definition = findFunction(node.name);
    if (definition !== undefined) return this.#known(node, definition, names);
    const known =
      otherName(node.name) ?? nearest(node.name, [...FUNCTIONS.map(({ name }) => name), 'related']);
    const from = node.isMethod ? (node.args[0]?.end ?? node.start) + 1 : node.start;
    const hint = known === null ? '' : ` Did you mean ${known}?`;
    this.say(
      { start: from, end: from + node.name.length },
      `There is no function “${node.name}”.${hint}`,
      known,
    );
    return { start: node.start, end: node.end, kind: 'value', value: null, type: nullable(ANY) };
  }

  #known(node: Extract<Node, { kind: 'call' }>, definition: FunctionDefinition, names: Names): Checked {
    const { start, end } = node;
    const args: (Checked | EachArgument)[] = [];
    const types: ExpressionType[] = [];
    let rest = [...node.args];
    const { parameters } = definition;
    const wrongCount = (): Checked => {
      this.say(node, `It is used as ${signatureOf(definition)}.`);
      return { start, end, kind: 'value', value: null, type: nullable(ANY) };
    };
    for (let at = 0; at < parameters.length || rest.length > 0; at += 1) {
      const parameter = parameters[Math.min(at, parameters.length - 1)];
      if (parameter === undefined || (at >= parameters.length && parameter.isRest !== true))
        return wrongCount();
      const [arg, body, ...others] = rest;
      if (arg === undefined) {
        if (parameter.isOptional === true || (parameter.isRest === true && at > 0)) break;
        return wrongCount();
      }
      if (parameter.isEach === true) {
        if (arg.kind !== 'name' || body === undefined) return wrongCount();
        const list = types[0];
        const item = list?.kind === 'array' ? list.of : ANY;
        const checked = this.check(body, new Map([...names, [arg.name, item]]));
        this.#wanted(checked, parameter.type, `The ${parameter.name}`);
        args.push({ kind: 'each', variable: arg.name, body: checked });
        types.push(checked.type);
        rest = others;
      } else {
        const checked = this.#argument(this.check(arg, names), parameter, definition);
        args.push(checked);
        types.push(checked.type);
        rest = rest.slice(1);
      }
    }
    const flowsNull =
      definition.takesNull !== true &&
      types.some((type, at) => type.nullable === true && args[at]?.kind !== 'each');
    return {
      start,
      end,
      kind: 'call',
      definition,
      args,
      type: nullable(manageable(definition.result(types)), flowsNull),
    };
  }

  #argument(given: Checked, parameter: Parameter, { name }: FunctionDefinition): Checked {
    const { oneOf } = parameter;
    if (oneOf !== undefined && given.kind === 'value' && !oneOf.some((one) => one === given.value)) {
      const written = String(given.value);
      const known = nearest(written, oneOf);
      const hint = known === null ? '' : ` Did you mean "${known}"?`;
      this.say(
        given,
        `The ${parameter.name} of ${name} is one of ${oneOf.join(', ')}.${hint}`,
        known === null ? null : `"${known}"`,
      );
    }
    if (parameter.look !== undefined && given.kind === 'value' && typeof given.value === 'string') {
      const remark = parameter.look(given.value);
      const meant = remark?.meant ?? null;
      if (remark !== null) this.say(given, remark.message, meant === null ? null : `"${meant}"`);
    }
    return this.#wanted(given, parameter.type, `The ${parameter.name} of ${name}`);
  }

  #related(node: Extract<Node, { kind: 'call' }>, names: Names): Checked {
    const { start, end } = node;
    const wrong = (span: Span, message: string, suggestion?: string | null): Checked => {
      this.say(span, message, suggestion);
      return { start, end, kind: 'value', value: null, type: nullable(ANY) };
    };
    const [first, name] = node.args;
    if (first === undefined || name === undefined || node.args.length !== 2) {
      return wrong(node, 'It is used as related(record, "name").');
    }
    const of = this.check(first, names);
    if (of.type.kind !== 'record') {
      return wrong(first, `Only a record has related records, and this is ${wordsOf(of.type)}.`);
    }
    const relations = relationsOf(this.#recordTypes, of.type.connection, of.type.recordType);
    const all = relations.map((one) => one.name);
    if (name.kind !== 'value' || typeof name.value !== 'string') {
      return wrong(name, `What is related must be written out: ${all.map((one) => `"${one}"`).join(', ')}.`);
    }
    const relation = relations.find((one) => one.name === name.value);
    if (relation === undefined) {
      const known = nearest(name.value, all);
      const hint =
        all.length === 0
          ? 'It has none.'
          : known === null
            ? `It has: ${all.join(', ')}.`
            : `Did you mean "${known}"?`;
      return wrong(
        name,
        `A ${of.type.recordType} record has no related “${name.value}”. ${hint}`,
        known === null ? null : `"${known}"`,
      );
    }
    const to: ExpressionType = {
      kind: 'record',
      connection: relation.connection,
      recordType: relation.recordType,
    };
    const isNullable = relation.direction === 'forward' || of.type.nullable === true;
    const type = nullable(relation.direction === 'forward' ? to : arrayOf(to), isNullable);
    return { start, end, kind: 'related', of, relation, type };
  }
}

function typeOfValue(value: string | number | boolean | null): ExpressionType {
  if (value === null) return nullable(ANY);
  return typeof value === 'string' ? TEXT : typeof value === 'number' ? NUMBER : BOOLEAN;
}

/** Seconds may be left out when a date and time is written. */
function writtenDate(text: string): ExpressionType | null {
  if (isDate(text)) return DATE;
  return isDateTime(text.replace(/(T\d{2}:\d{2})(?=Z|[+-])/, '$1:00')) ? DATETIME : null;
}

function isMoment({ kind }: ExpressionType): boolean {
  return kind === 'date' || kind === 'datetime';
}

function isNull(one: Checked): boolean {
  return one.kind === 'value' && one.value === null;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
