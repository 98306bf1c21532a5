import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { Program } from '@middle/core/workflow/program.ts';
import { CompiledProgram } from '@middle/store/executions/program.ts';
import { presentRelatives } from '@middle/store/executions/related.ts';
import type { RelatedDeps } from '@middle/store/executions/related.ts';
import { readSurroundings } from '@middle/store/executions/surroundings.ts';

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
  const relatives = presentRelatives(deps);
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
        (surroundings) => new CompiledProgram(relatives, definition, surroundings, bindings),
      );
      program.catch(() => byBindings.delete(key));
      if (byBindings.size >= PROGRAMS_MOST) byBindings.clear();
      byBindings.set(key, { at: performance.now(), program });
      return program;
    },
  };
}
