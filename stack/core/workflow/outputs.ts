import { compile } from '../expression/check.ts';
import type { ObjectField } from '../expression/type.ts';
import { ANY, nullable } from '../expression/types.ts';
import type { WorkflowDefinition } from './definition.ts';
import { recordTypesIn, scopesOf } from './scopes.ts';
import type { WorkflowSurroundings } from './scopes.ts';

/** What a workflow gives back, with the types of its expressions; one that no longer fits may give any value. */
export function outputFields(
  definition: WorkflowDefinition,
  surroundings: WorkflowSurroundings,
): readonly ObjectField[] {
  const { output: scope } = scopesOf(definition, surroundings);
  const recordTypes = recordTypesIn(surroundings);
  return definition.output.map(({ key, title, value }) => {
    const compiled = compile(value, { scope, recordTypes });
    return { key, title, type: compiled.ok ? compiled.expression.type : nullable(ANY) };
  });
}
