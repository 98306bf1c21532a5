import { MiddleError } from '@middle/core/errors.ts';
import type { CopyOf } from '@middle/store/workflows/workflows.ts';

/** @throws MiddleError module_managed when a workflow is a copy of a module's: the module says what it does */
export function requireOwn(
  { name, module }: { readonly name: string; readonly module: CopyOf | null },
  what: string,
): void {
  if (module === null) return;
  throw new MiddleError('module_managed', `“${name}” came with the module “${module.title}”: ${what}`, {
    hint: 'Change what the account chose of the module, or opt out and keep the workflows as the account’s own.',
    data: { module: module.key },
  });
}
