import { compile } from './check.ts';
import type { CompileOptions, Scope } from './check.ts';
import { findFunction, FUNCTIONS, signatureOf } from './functions/catalogue.ts';
import type { FunctionDefinition, Parameter } from './functions/definition.ts';
import { fieldsOfType, NO_RECORD_TYPES, relationsOf } from './records.ts';
import type { KnownRecordTypes } from './records.ts';
import type { Span } from './syntax.ts';
import { beginningOf, openCalls, tokensOf } from './tokens.ts';
import type { OpenCall, Token } from './tokens.ts';
import type { ExpressionType } from './type.ts';
import { ANY, BOOLEAN, fits, wordsOf } from './types.ts';

/** What may be written at a place. */
export interface Suggestion extends Span {
  readonly kind: 'name' | 'field' | 'relation' | 'function' | 'value';
  /** Put in place of the span. */
  readonly text: string;
  /** As people know it: a field's title, a function's signature. */
  readonly title: string;
  /** Its type in words. */
  readonly type: string;
  readonly help?: string;
  /** Whether it is of the type that is wanted there, as far as that is known. */
  readonly fits: boolean;
}

/** What stands at a place. */
export interface Description extends Span {
  readonly title: string;
  readonly type: string;
  readonly help?: string;
}

const SUGGESTIONS_MAX = 100;

/** What may be written at `cursor`, what fits best first. The source may be unfinished. */
export function complete(source: string, cursor: number, options: CompileOptions): readonly Suggestion[] {
  return new Place(source, cursor, options).suggestions();
}

/** What the name at `cursor` is; null where there is none, or none that is known. */
export function describe(source: string, cursor: number, options: CompileOptions): Description | null {
  return new Place(source, cursor, options).description();
}

type Made = Omit<Suggestion, 'start' | 'end' | 'fits'> & { readonly of: ExpressionType };

class Place {
  readonly #source: string;
  readonly #recordTypes: KnownRecordTypes;
  readonly #tokens: readonly Token[];
  readonly #cursor: number;
  /** The token that the cursor is in or right behind, if any; else `at` is the place of the next one. */
  readonly #token: Token | null;
  readonly #at: number;
  readonly #calls: readonly OpenCall[];
  readonly #scope: Scope;
  readonly #expected: ExpressionType;

  constructor(
    source: string,
    cursor: number,
    { scope, recordTypes = NO_RECORD_TYPES, expected }: CompileOptions,
  ) {
    this.#source = source;
    this.#cursor = cursor;
    this.#recordTypes = recordTypes;
    this.#tokens = tokensOf(source);
    const behind = this.#tokens.findIndex(({ start }) => start >= cursor);
    const end = behind < 0 ? this.#tokens.length : behind;
    const last = this.#tokens[end - 1];
    const isIn = last !== undefined && last.end >= cursor && last.kind !== 'sign';
    this.#token = isIn ? last : null;
    this.#at = isIn ? end - 1 : end;
    this.#calls = openCalls(this.#tokens, end);
    this.#scope = this.#namesWithin(scope);
    this.#expected = this.#wanted(expected ?? ANY);
  }

  /** With the names that enclosing calls give to the items of their lists. */
  #namesWithin(scope: Scope): Scope {
    const names = Object.entries(scope);
    for (const { name, args } of this.#calls) {
      const each = findFunction(name)?.parameters.findIndex((one) => one.isEach === true) ?? -1;
      const [list, variable] = [args[0], args[each]];
      if (each < 0 || list === undefined || variable === undefined || args.length <= each + 1) continue;
      const named = this.#tokens[variable[0]];
      if (named?.kind !== 'name' || variable[1] !== variable[0] + 1) continue;
      const type = this.#typeOf(list[0], list[1], Object.fromEntries(names));
      names.push([named.text, type.kind === 'array' ? type.of : ANY]);
    }
    return Object.fromEntries(names);
  }

  #parameter(): Parameter | null {
    const call = this.#calls.at(-1);
    const parameters = call === undefined ? undefined : findFunction(call.name)?.parameters;
    if (call === undefined || parameters === undefined) return null;
    // An each parameter takes two places: the name of the item and what is made of it.
    const index = call.args.length - 1;
    const each = parameters.findIndex((one) => one.isEach === true);
    const place = each >= 0 && index > each ? index - 1 : index;
    return parameters[Math.min(place, parameters.length - 1)] ?? null;
  }

  /** The type of a whole argument, of the whole expression, or of what stands before a comparison. */
  #wanted(expected: ExpressionType): ExpressionType {
    const isMember = this.#tokens[this.#at - 1]?.text === '.';
    const begin = isMember ? (beginningOf(this.#tokens, this.#at - 2) ?? this.#at) : this.#at;
    const [before, beside] = [this.#tokens[begin - 1]?.text ?? '', this.#tokens[begin - 2]?.text ?? ''];
    if (before === '=' && '=!<>'.includes(beside)) return this.#compared(begin - 3);
    if (before === '<' || before === '>') return this.#compared(begin - 2);
    if (before === '&' || before === '|' || before === '!') return BOOLEAN;
    const call = this.#calls.at(-1);
    const [first] = call?.args.at(-1) ?? [0];
    if (first !== begin) return ANY;
    return call === undefined ? expected : (this.#parameter()?.type ?? ANY);
  }

  #compared(last: number): ExpressionType {
    const first = beginningOf(this.#tokens, last);
    return first === null ? ANY : this.#typeOf(first, last + 1, this.#scope);
  }

  /** The type of what stands in these tokens; any value when it is wrong. */
  #typeOf(first: number, behind: number, scope: Scope): ExpressionType {
    const [from, to] = [this.#tokens[first]?.start, this.#tokens[behind - 1]?.end];
    if (from === undefined || to === undefined || behind <= first) return ANY;
    const compiled = compile(this.#source.slice(from, to), { scope, recordTypes: this.#recordTypes });
    return compiled.ok ? compiled.expression.type : ANY;
  }

  suggestions(): readonly Suggestion[] {
    const token = this.#token;
    if (token?.kind === 'text') return this.#writtenValues(token);
    if (token?.kind === 'number') return [];
    const span = { start: token?.kind === 'name' ? token.start : this.#cursor, end: this.#cursor };
    const written = this.#source.slice(span.start, span.end).toLowerCase();
    const dot = this.#tokens[this.#at - 1];
    const made = dot?.text === '.' ? this.#members(this.#at - 2) : this.#names();
    return made
      .filter(
        ({ text, title }) =>
          startsSo(text, written) ||
          title
            .toLowerCase()
            .split(' ')
            .some((word) => word.startsWith(written)),
      )
      .map(({ of, ...one }) => ({ ...one, ...placed(one.text, span, dot), fits: fits(of, this.#expected) }))
      .toSorted(
        (a, b) =>
          Number(b.fits) - Number(a.fits) ||
          Number(startsSo(b.text, written)) - Number(startsSo(a.text, written)),
      )
      .slice(0, SUGGESTIONS_MAX);
  }

  /** Fields and relations of what stands before a dot, and the functions that take it. */
  #members(last: number): readonly Made[] {
    const first = beginningOf(this.#tokens, last);
    if (first === null) return [];
    const type = this.#typeOf(first, last + 1, this.#scope);
    const fields = (fieldsOfType(this.#recordTypes, type) ?? []).map((field): Made => ({
      kind: 'field',
      text: field.key,
      title: field.title,
      type: wordsOf(field.type),
      of: field.type,
    }));
    const functions = FUNCTIONS.filter(({ parameters: [own] }) => own !== undefined && fits(type, own.type))
      // What takes any value comes behind what is made for this one.
      .toSorted(
        (a, b) => Number(a.parameters[0]?.type.kind === 'any') - Number(b.parameters[0]?.type.kind === 'any'),
      )
      .map((one) => callOf(one, [type], true));
    return [...fields, ...this.#relations(type), ...functions];
  }

  #relations(type: ExpressionType): readonly Made[] {
    if (type.kind !== 'record') return [];
    const { connection } = type;
    return relationsOf(this.#recordTypes, connection, type.recordType).map(
      ({ name, title, direction, recordType }): Made => {
        const of: ExpressionType = { kind: 'record', connection, recordType };
        const whole: ExpressionType = direction === 'forward' ? of : { kind: 'array', of };
        return {
          kind: 'relation',
          text: `related(${JSON.stringify(name)})`,
          title,
          type: wordsOf(whole),
          of: whole,
        };
      },
    );
  }

  #names(): readonly Made[] {
    const names = Object.entries(this.#scope).map(([name, type]): Made => ({
      kind: 'name',
      text: name,
      title: name,
      type: wordsOf(type),
      of: type,
    }));
    const values = ['true', 'false'].map((text): Made => ({
      kind: 'value',
      text,
      title: text,
      type: wordsOf(BOOLEAN),
      of: BOOLEAN,
    }));
    const functions = FUNCTIONS.map((one) =>
      callOf(
        one,
        one.parameters.map(({ type }) => type),
        false,
      ),
    );
    return [...names, ...functions, ...values];
  }

  /** The texts that may stand within these quotes. */
  #writtenValues(token: Token): readonly Suggestion[] {
    const span = { start: token.start, end: token.isClosed ? token.end : this.#cursor };
    const call = this.#calls.at(-1);
    const made = (written: string, title: string, type: string): Suggestion => ({
      ...span,
      kind: 'value',
      text: JSON.stringify(written),
      title,
      type,
      fits: true,
    });
    const begun = this.#source.slice(token.start + 1, this.#cursor);
    if (call?.name === 'related' && call.args.length === 2) {
      const [first, behind] = call.args[0] ?? [0, 0];
      const type = this.#typeOf(first, behind, this.#scope);
      if (type.kind !== 'record') return [];
      return relationsOf(this.#recordTypes, type.connection, type.recordType)
        .filter(({ name }) => name.startsWith(begun))
        .map(({ name, title, recordType }) => made(name, title, recordType));
    }
    const known = this.#parameter()?.oneOf ?? [];
    return known.filter((one) => one.startsWith(begun)).map((one) => made(one, one, 'text'));
  }

  description(): Description | null {
    const token = this.#token;
    if (token?.kind !== 'name') return null;
    const { start, end, text } = token;
    if (this.#tokens[this.#at + 1]?.text === '(') {
      const definition = findFunction(text);
      return definition === undefined
        ? null
        : { start, end, title: signatureOf(definition), type: resultOf(definition), help: definition.help };
    }
    const first = beginningOf(this.#tokens, this.#at);
    if (first === null) return null;
    const isKnown = compile(this.#source.slice(this.#tokens[first]?.start, end), {
      scope: this.#scope,
      recordTypes: this.#recordTypes,
    });
    if (!isKnown.ok) return null;
    const of = first === this.#at ? null : this.#typeOf(first, this.#at - 1, this.#scope);
    const field =
      of === null ? undefined : fieldsOfType(this.#recordTypes, of)?.find(({ key }) => key === text);
    return { start, end, title: field?.title ?? text, type: wordsOf(isKnown.expression.type) };
  }
}

function callOf(definition: FunctionDefinition, types: readonly ExpressionType[], isMethod: boolean): Made {
  const { name, help, parameters, result } = definition;
  const all = [...types, ...parameters.slice(types.length).map(({ type }) => type)];
  const isWhole = parameters.length <= (isMethod ? 1 : 0);
  return {
    kind: 'function',
    text: isWhole ? `${name}()` : `${name}(`,
    title: signatureOf(definition),
    type: wordsOf(result(all)),
    help,
    of: result(all),
  };
}

function resultOf({ parameters, result }: FunctionDefinition): string {
  return wordsOf(result(parameters.map(({ type }) => type)));
}

function startsSo(text: string, written: string): boolean {
  return text.toLowerCase().startsWith(written);
}

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]*(?:\(.*)?$/s;

/** A key that is no name is written in brackets, in place of the dot. */
function placed(text: string, span: Span, dot: Token | undefined): Span & { readonly text: string } {
  if (PLAIN_KEY.test(text) || dot?.text !== '.') return { ...span, text };
  return { start: dot.start, end: span.end, text: `[${JSON.stringify(text)}]` };
}
