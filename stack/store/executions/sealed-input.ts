import type { WorkflowInput } from '@middle/core/workflow/definition.ts';
import { pareInput } from '@middle/core/workflow/protected.ts';
import type { Redactor } from '@middle/core/workflow/redactor.ts';
import { jsonOf } from '../json.ts';
import type { NewExecution } from './start.ts';

/** Seals by the stack's key, bound to a context; see the port of keys. */
interface Sealer {
  seal(plain: Uint8Array, context: string): Promise<Uint8Array>;
}

/**
 * An input as an execution keeps it: protected values sealed and shown nowhere, nothing in it that Postgres can't
 * store.
 * @param id of the execution, which the sealed values are bound to
 * @param around hides what is protected in the execution that gives this input
 */
export async function sealInput(
  keys: Sealer,
  id: string,
  inputs: readonly Pick<WorkflowInput, 'key' | 'protected'>[],
  input: Readonly<Record<string, unknown>>,
  around?: Redactor,
): Promise<Required<Pick<NewExecution, 'input' | 'sealed'>>> {
  const { shown, hidden } = pareInput(inputs, input, around);
  const sealed =
    hidden === null ? null : await keys.seal(Buffer.from(JSON.stringify(hidden)), `execution:${id}`);
  return { input: storable(shown), sealed };
}

function storable(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const text = jsonOf(input);
  if (text === null || !JSON.stringify(input).includes('\\u')) return input;
  const cleaned: Readonly<Record<string, unknown>> = JSON.parse(text);
  return cleaned;
}
