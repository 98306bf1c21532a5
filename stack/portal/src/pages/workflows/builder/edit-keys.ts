import { tokensOf } from '@middle/core/expression/tokens.ts';
import type { Step, WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { walk } from '@middle/core/workflow/tree.ts';
import { mapDefinition, mapExpressions, mapSteps } from './step-parts.ts';

/** Keys of steps, inputs and the like: made from titles, unique, and followed by what names them. */

const KEY_MOST = 63;

/** `Notify the customer` becomes `notifyTheCustomer`. */
export function keyFrom(title: string, otherwise = 'step'): string {
  const words = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const [first = '', ...rest] = words;
  const text =
    first.toLowerCase() + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const key = text.replace(/^[^a-z]+/, '').slice(0, 40);
  return key === '' ? otherwise : key;
}

/** The key itself, or with the first number behind it that makes it unlike all others. */
export function freshKey(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/\d+$/, '').slice(0, KEY_MOST - 6);
  for (let number = 2; ; number += 1) {
    const key = `${stem}${String(number)}`;
    if (!taken.has(key)) return key;
  }
}

export function stepKeys(definition: Pick<WorkflowDefinition, 'steps'>): ReadonlySet<string> {
  return new Set([...walk(definition)].map(({ step }) => step.key));
}

/**
 * Copies of steps, ready to be put beside the originals: their keys are new, and what names a step among them names its
 * copy. What names another step stays.
 */
export function withFreshKeys(steps: readonly Step[], taken: ReadonlySet<string>): readonly Step[] {
  const used = new Set(taken);
  const renamed = new Map<string, string>();
  for (const { step } of walk({ steps: [...steps] })) {
    const key = freshKey(step.key, used);
    used.add(key);
    renamed.set(step.key, key);
  }
  return mapSteps(steps, (step) => ({
    ...mapExpressions(step, (source) => renameAll(source, 'steps', renamed)),
    key: renamed.get(step.key) ?? step.key,
  }));
}

/** A definition whose steps all have keys of their own; the same one when they have. */
export function repaired(definition: WorkflowDefinition): WorkflowDefinition {
  const keys = [...walk(definition)].map(({ step }) => step.key);
  const used = new Set(keys);
  if (used.size === keys.length) return definition;
  const seen = new Set<string>();
  const steps = mapSteps(definition.steps, (step) => {
    const key = seen.has(step.key) ? freshKey(step.key, used) : step.key;
    seen.add(key);
    used.add(key);
    return key === step.key ? step : { ...step, key };
  });
  return { ...definition, steps: [...steps] };
}

/** In one source, the field of a root (`steps.old`, `inputs["old"]`) under another name. */
export function renameIn(source: string, root: string, from: string, to: string): string {
  return renameAll(source, root, new Map([[from, to]]));
}

function renameAll(source: string, root: string, names: ReadonlyMap<string, string>): string {
  const tokens = tokensOf(source);
  let written = '';
  let end = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'name' || token.text !== root || tokens[index - 1]?.text === '.') continue;
    const [sign, field] = [tokens[index + 1], tokens[index + 2]];
    if (field === undefined) continue;
    const isField = sign?.text === '.' && field.kind === 'name';
    const isItem = sign?.text === '[' && field.kind === 'text' && tokens[index + 3]?.text === ']';
    if (!isField && !isItem) continue;
    const named = isField ? field.text : field.text.slice(1, -1);
    const to = names.get(named);
    if (to === undefined || to === named) continue;
    written += source.slice(end, field.start) + (isField ? to : JSON.stringify(to));
    end = field.end;
  }
  return written + source.slice(end);
}

/** A step under another key, with everything that names it. A key that is taken or isn't there changes nothing. */
export function renameStep(definition: WorkflowDefinition, from: string, to: string): WorkflowDefinition {
  const keys = stepKeys(definition);
  if (from === to || !keys.has(from) || keys.has(to)) return definition;
  const rewritten = mapDefinition(definition, (source) => renameIn(source, 'steps', from, to));
  const steps = mapSteps(rewritten.steps, (step) => (step.key === from ? { ...step, key: to } : step));
  return { ...rewritten, steps: [...steps] };
}

export function renameInput(definition: WorkflowDefinition, from: string, to: string): WorkflowDefinition {
  const rewritten = mapDefinition(definition, (source) => renameIn(source, 'inputs', from, to));
  return {
    ...rewritten,
    inputs: rewritten.inputs.map((one) => (one.key === from ? { ...one, key: to } : one)),
  };
}

export function renameVariable(definition: WorkflowDefinition, from: string, to: string): WorkflowDefinition {
  const rewritten = mapDefinition(definition, (source) => renameIn(source, 'variables', from, to));
  const steps = mapSteps(rewritten.steps, (step) =>
    step.kind === 'set' && step.variable === from ? { ...step, variable: to } : step,
  );
  return {
    ...rewritten,
    steps: [...steps],
    variables: rewritten.variables.map((one) => (one.key === from ? { ...one, key: to } : one)),
  };
}
