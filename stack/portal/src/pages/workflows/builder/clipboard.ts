import type { Step } from '@middle/core/workflow/definition.ts';

/** Steps on the clipboard are JSON with this mark, so that they can be pasted into another workflow or another stack. */
const MARK = 'middle.steps';

export function textOf(steps: readonly Step[]): string {
  return JSON.stringify({ [MARK]: 1, steps }, null, 2);
}

export type Pasted =
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  /** It is ours, but no steps that this version knows. */
  | { readonly kind: 'wrong'; readonly message: string }
  | { readonly kind: 'other' };

/** The steps in a text; checked as the API checks them, since anybody can write to a clipboard. */
export async function stepsFrom(text: string): Promise<Pasted> {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || !(MARK in value) || !('steps' in value))
    return { kind: 'other' };
  // The schema is large, and most people paste nothing.
  const { workflowDefinitionSchema } = await import('@middle/core/workflow/definition.ts');
  const read = workflowDefinitionSchema.safeParse({ steps: value.steps });
  if (!read.success) return { kind: 'wrong', message: read.error.issues[0]?.message ?? 'it has no steps' };
  return { kind: 'steps', steps: read.data.steps };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
