import { MiddleError } from '../errors.ts';
import { workflowDefinitionSchema } from '../workflow/definition.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { issueWords } from '../issue-words.ts';

/**
 * A definition as a module holds it: calls and bulk steps name the workflows of the module by their keys, since ids
 * are another account's. Steps are walked as steps, so that an input that happens to be called `workflow` stays as it is.
 */
export type PortableDefinition = Readonly<Record<string, unknown>>;

/** @throws MiddleError module_invalid when it calls a workflow that is not of the module */
export function toPortable(
  definition: WorkflowDefinition,
  keyOf: ReadonlyMap<string, string>,
  key: string,
): PortableDefinition {
  return { ...definition, steps: withCalls(definition.steps, keyOf, key) };
}

/**
 * Its calls lead to the workflows of an account again.
 * @throws MiddleError module_invalid when it is no definition, or calls what is not of the module
 */
export function fromPortable(
  portable: PortableDefinition,
  idOf: ReadonlyMap<string, string>,
  key: string,
): WorkflowDefinition {
  // Steps are data of anybody's file until the schema has seen them; a call's key is no id, so it is replaced first.
  const { steps = [] } = portable;
  const parsed = workflowDefinitionSchema.safeParse({
    ...portable,
    steps: Array.isArray(steps) ? withCalls(steps, idOf, key) : steps,
  });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({
    path: ['workflows', key, ...issue.path].join('.'),
    message: issueWords(issue),
  }));
  const [first] = problems;
  throw new MiddleError(
    'module_invalid',
    `the workflow “${key}” is no definition: ${first?.path ?? ''} ${first?.message ?? ''}`,
    { data: { problems, errors: problems } },
  );
}

const BLOCKS = ['whenTrue', 'whenFalse', 'otherwise', 'block', 'onDeadline', 'onError'] as const;

function withCalls(
  steps: readonly unknown[],
  names: ReadonlyMap<string, string>,
  within: string,
): readonly unknown[] {
  return steps.map((step) => (isObject(step) ? withCall(step, names, within) : step));
}

function withCall(step: Fields, names: ReadonlyMap<string, string>, within: string): Fields {
  const changed: Record<string, unknown> = { ...step };
  for (const name of BLOCKS) {
    const block = step[name];
    if (Array.isArray(block)) changed[name] = withCalls(block, names, within);
  }
  if (Array.isArray(step['cases'])) {
    changed['cases'] = step['cases'].map((one: unknown) =>
      isObject(one) ? withCall(one, names, within) : one,
    );
  }
  const called = step['workflow'];
  const kind = step['kind'];
  if ((kind === 'call' || kind === 'bulk') && typeof called === 'string' && called !== '') {
    const name = names.get(called);
    if (name === undefined) {
      const message = `the step “${String(step['key'])}” calls a workflow that is not of the module`;
      const errors = [{ path: `workflows.${within}`, message }];
      throw new MiddleError('module_invalid', `in “${within}” ${message}`, {
        hint: 'Add that workflow as well, or call none.',
        data: { problems: errors, errors },
      });
    }
    changed['workflow'] = name;
  }
  return changed;
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
