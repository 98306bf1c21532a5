import { MiddleError } from '@middle/core/errors.ts';
import { compile } from '@middle/core/expression/check.ts';
import type { Compiled, Scope as Types } from '@middle/core/expression/check.ts';
import type { KnownRecordTypes } from '@middle/core/expression/records.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { Moment, Place, ReadableProgram, Scope } from '@middle/core/workflow/program.ts';
import { readsOf } from '@middle/core/workflow/reads.ts';
import { recordTypesIn, scopesOf } from '@middle/core/workflow/scopes.ts';
import type { WorkflowScopes, WorkflowSurroundings } from '@middle/core/workflow/scopes.ts';
import { evaluateRelated } from './related.ts';
import type { Relatives } from './related.ts';

/** The expressions of one definition: compiled when they are first used, and kept. */
export class CompiledProgram implements ReadableProgram {
  readonly #relatives: Relatives;
  readonly #scopes: WorkflowScopes;
  readonly #recordTypes: KnownRecordTypes;
  readonly #bindings: Readonly<Record<string, string>>;
  readonly #compiled = new Map<string, Compiled>();

  constructor(
    relatives: Relatives,
    definition: WorkflowDefinition,
    surroundings: WorkflowSurroundings,
    bindings: Readonly<Record<string, string>>,
  ) {
    this.#relatives = relatives;
    this.#scopes = scopesOf(definition, surroundings);
    this.#recordTypes = recordTypesIn(surroundings);
    this.#bindings = bindings;
  }

  async evaluate(place: Place, source: string, scope: Scope, moment: Moment): Promise<unknown> {
    const compiled = this.#compile(place, source);
    if (compiled.ok)
      return evaluateRelated(this.#relatives, compiled.expression, { scope, ...moment }, this.#bindings);
    const [problem] = compiled.problems;
    throw new MiddleError(
      'expression_invalid',
      `${source.slice(0, 100)}: ${problem?.message ?? 'it is wrong'}`,
      {
        hint: 'If it fitted when the workflow was published: look at what has changed in its connections.',
      },
    );
  }

  reads(place: Place, source: string, scope: Scope): Readonly<Record<string, unknown>> {
    const compiled = this.#compile(place, source);
    return compiled.ok ? readsOf(compiled.expression, scope) : {};
  }

  #compile(place: Place, source: string): Compiled {
    const key = `${typeof place === 'string' ? place : `step ${place.step}`}\n${source}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const compiled = compile(source, { scope: this.#typesAt(place), recordTypes: this.#recordTypes });
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #typesAt(place: Place): Types {
    if (typeof place === 'string') return this.#scopes[place];
    return this.#scopes.steps.get(place.step) ?? {};
  }
}
