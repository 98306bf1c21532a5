import type { ExpressionType } from '../expression/type.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { walk } from '../workflow/tree.ts';
import type { ModuleConnection, ModuleContent, ModuleVariable, ModuleWorkflow } from './content.ts';
import { fromPortable } from './portable.ts';

/** A workflow of a module with its definition read; its calls name placeholder ids. */
export interface ReadWorkflow extends Omit<ModuleWorkflow, 'definition'> {
  readonly definition: WorkflowDefinition;
  /** Keys of the workflows of the module that it calls, each once. */
  readonly calls: readonly string[];
}

/**
 * An id for each workflow while there is no account to have one.
 * @throws MiddleError module_invalid when a definition is none, or calls what is not of the module
 */
export function readWorkflows(content: ModuleContent): readonly ReadWorkflow[] {
  const ids = new Map(content.workflows.map(({ key }, index) => [key, placeholderId(index)]));
  const keys = new Map([...ids].map(([key, id]) => [id, key]));
  return content.workflows.map((one) => {
    const definition = fromPortable(one.definition, ids, one.key);
    return { ...one, definition, calls: callsOf(definition).flatMap((id) => keys.get(id) ?? []) };
  });
}

export function placeholderId(index: number): string {
  return `00000000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
}

/** Ids of the workflows that a definition calls, each once; what is left open in a draft is none. */
export function callsOf(definition: WorkflowDefinition): readonly string[] {
  const ids = [...walk(definition)].flatMap(({ step }) =>
    step.kind === 'call' || step.kind === 'bulk' ? [step.workflow] : [],
  );
  return [...new Set(ids)].filter((id) => id !== '');
}

/** The workflows of these features and all that they call, those that are called first. A circle is cut somewhere. */
export function workflowsOf(
  content: ModuleContent,
  features: readonly string[],
  workflows: readonly ReadWorkflow[] = readWorkflows(content),
): readonly ReadWorkflow[] {
  const byKey = new Map(workflows.map((one) => [one.key, one]));
  const ordered = new Map<string, ReadWorkflow>();
  const seen = new Set<string>();
  const add = (key: string): void => {
    const one = byKey.get(key);
    if (one === undefined || seen.has(key)) return;
    seen.add(key);
    one.calls.forEach(add);
    ordered.set(key, one);
  };
  for (const feature of content.features) if (features.includes(feature.key)) feature.workflows.forEach(add);
  return [...ordered.values()];
}

/** The slots that these workflows and their triggers need filled, in the order of the module. */
export function connectionsOf(
  { connections }: ModuleContent,
  workflows: readonly ReadWorkflow[],
): readonly ModuleConnection[] {
  const needed = new Set(
    workflows.flatMap(({ definition, triggers }) => [
      ...definition.connections.map(({ key }) => key),
      ...triggers.flatMap((one) => (one.kind === 'record' ? [one.connection] : [])),
    ]),
  );
  return connections.filter(({ key }) => needed.has(key));
}

/** A variable of the module with the type that the workflows' variables of its key have. */
export interface TypedVariable extends ModuleVariable {
  readonly type: ExpressionType;
  readonly required: boolean;
}

/** The variables that these workflows have, in the order of the module. */
export function variablesOf(
  { variables }: ModuleContent,
  workflows: readonly ReadWorkflow[],
): readonly TypedVariable[] {
  const declared = workflows.flatMap(({ definition }) => definition.variables);
  return variables.flatMap((one) => {
    const type = declared.find(({ key }) => key === one.key)?.type;
    if (type === undefined) return [];
    return [{ ...one, type, required: one.default === undefined && type.nullable !== true }];
  });
}
