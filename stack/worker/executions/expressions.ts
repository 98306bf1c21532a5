import { MiddleError } from '@middle/core/errors.ts';
import { compile } from '@middle/core/expression/check.ts';
import type { Scope as Types } from '@middle/core/expression/check.ts';
import type { Checked } from '@middle/core/expression/checked.ts';
import type { KnownRecordTypes } from '@middle/core/expression/records.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { recordTypesIn, scopesOf } from '@middle/core/workflow/scopes.ts';
import type { WorkflowScopes } from '@middle/core/workflow/scopes.ts';
import { readSurroundings } from '@middle/store/executions/surroundings.ts';
import { evaluateRelated } from './related.ts';
import type { RelatedDeps } from './related.ts';

/** What an expression may see: names to JSON values. */
export type Scope = Readonly<Record<string, unknown>>;

/** What makes an evaluation repeatable: its time, and what its random values come from. */
export interface Moment {
  readonly now: Date;
  readonly seed: string;
}

/** Where in a workflow an expression stands, which says what it can see: a step's key, or one of these. */
export type Place = { readonly step: string } | 'variables' | 'output';

/** The expressions of one published version, as its connections are now. */
export interface Program {
  /** @throws MiddleError expression_failed, or expression_invalid when a connection no longer fits */
  evaluate(place: Place, source: string, scope: Scope, moment: Moment): Promise<unknown>;
}

export interface Expressions {
  program(
    accountId: string,
    definition: WorkflowDefinition,
    bindings: Readonly<Record<string, string>>,
  ): Promise<Program>;
}

/** Workflows whose compiled expressions are kept. */
const PROGRAMS_MOST = 200;
/** A connection that gets another version of its app, or other record types, is seen after this long at the latest. */
const FRESH_MILLISECONDS = 10_000;

/** Compiles the expressions of workflows when they are first used, and keeps them. */
export function createExpressions(deps: RelatedDeps): Expressions {
  const kept = new WeakMap<
    WorkflowDefinition,
    Map<string, { readonly at: number; readonly program: Promise<Program> }>
  >();
  return {
    program(accountId, definition, bindings) {
      const byBindings = kept.get(definition) ?? new Map();
      kept.set(definition, byBindings);
      const key = JSON.stringify(bindings);
      const known = byBindings.get(key);
      if (known !== undefined && performance.now() - known.at < FRESH_MILLISECONDS) return known.program;
      const program = readSurroundings(deps.database, accountId, definition, bindings).then(
        (surroundings) =>
          new CompiledProgram(
            deps,
            scopesOf(definition, surroundings),
            recordTypesIn(surroundings),
            bindings,
          ),
      );
      program.catch(() => byBindings.delete(key));
      if (byBindings.size >= PROGRAMS_MOST) byBindings.clear();
      byBindings.set(key, { at: performance.now(), program });
      return program;
    },
  };
}

class CompiledProgram implements Program {
  readonly #deps: RelatedDeps;
  readonly #scopes: WorkflowScopes;
  readonly #recordTypes: KnownRecordTypes;
  readonly #bindings: Readonly<Record<string, string>>;
  readonly #compiled = new Map<string, Checked>();

  constructor(
    deps: RelatedDeps,
    scopes: WorkflowScopes,
    recordTypes: KnownRecordTypes,
    bindings: Readonly<Record<string, string>>,
  ) {
    this.#deps = deps;
    this.#scopes = scopes;
    this.#recordTypes = recordTypes;
    this.#bindings = bindings;
  }

  async evaluate(place: Place, source: string, scope: Scope, moment: Moment): Promise<unknown> {
    const expression = this.#compile(place, source);
    return evaluateRelated(this.#deps, expression, { scope, ...moment }, this.#bindings);
  }

  #compile(place: Place, source: string): Checked {
    const key = `${typeof place === 'string' ? place : `step ${place.step}`}\n${source}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const compiled = compile(source, { scope: this.#typesAt(place), recordTypes: this.#recordTypes });
    if (!compiled.ok) {
      const [problem] = compiled.problems;
      throw new MiddleError(
        'expression_invalid',
        `${source.slice(0, 100)}: ${problem?.message ?? 'it is wrong'}`,
        {
          hint: 'It fitted when the workflow was published: look at what has changed in its connections.',
        },
      );
    }
    this.#compiled.set(key, compiled.expression);
    return compiled.expression;
  }

  #typesAt(place: Place): Types {
    if (typeof place === 'string') return this.#scopes[place];
    return this.#scopes.steps.get(place.step) ?? {};
  }
}
