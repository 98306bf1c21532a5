import type { Step, WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { blocksOf, walk } from '@middle/core/workflow/tree.ts';
import { mapBlocks } from './step-parts.ts';

/**
 * Editing as functions from one definition to the next. A step is known by its key, a place for steps by the block and
 * the number of steps before it.
 */

/** A list of steps: the workflow's own, or a block of a step. */
export interface BlockRef {
  /** The step whose block it is; null: the workflow's own list. */
  readonly step: string | null;
  readonly name: string;
}

/** Between two steps of a block, or at an end of it. */
export interface Spot {
  readonly block: BlockRef;
  readonly index: number;
}

export const ROOT: BlockRef = { step: null, name: 'steps' };

export function isSameBlock(a: BlockRef, b: BlockRef): boolean {
  return a.step === b.step && a.name === b.name;
}

export function findStep(definition: WorkflowDefinition, key: string): Step | null {
  for (const { step } of walk(definition)) if (step.key === key) return step;
  return null;
}

/** Where a step is; null when it isn't there. */
export function spotOf(definition: WorkflowDefinition, key: string): Spot | null {
  const find = (steps: readonly Step[], block: BlockRef): Spot | null => {
    const index = steps.findIndex((step) => step.key === key);
    if (index >= 0) return { block, index };
    for (const step of steps) {
      for (const { name, steps: inner } of blocksOf(step)) {
        const spot = find(inner, { step: step.key, name });
        if (spot !== null) return spot;
      }
    }
    return null;
  };
  return find(definition.steps, ROOT);
}

/** The steps of a block; null when there is no such block. */
export function stepsIn(definition: WorkflowDefinition, block: BlockRef): readonly Step[] | null {
  if (block.step === null) return definition.steps;
  const step = findStep(definition, block.step);
  return step === null ? null : (blocksOf(step).find(({ name }) => name === block.name)?.steps ?? null);
}

/** Behind a step. */
export function spotAfter(definition: WorkflowDefinition, key: string): Spot | null {
  const spot = spotOf(definition, key);
  return spot === null ? null : { ...spot, index: spot.index + 1 };
}

function changeBlocks(
  definition: WorkflowDefinition,
  change: (steps: readonly Step[], block: BlockRef) => readonly Step[],
): WorkflowDefinition {
  const within = (steps: readonly Step[], block: BlockRef): readonly Step[] =>
    change(steps, block).map((step) =>
      mapBlocks(step, (inner, name) => within(inner, { step: step.key, name })),
    );
  return { ...definition, steps: [...within(definition.steps, ROOT)] };
}

/** Puts steps into a spot; one that isn't there takes nothing. */
export function insert(
  definition: WorkflowDefinition,
  spot: Spot,
  steps: readonly Step[],
): WorkflowDefinition {
  return changeBlocks(definition, (there, block) =>
    isSameBlock(block, spot.block) ? there.toSpliced(spot.index, 0, ...steps) : there,
  );
}

/** Takes steps out, with all that is within them. */
export function remove(definition: WorkflowDefinition, keys: ReadonlySet<string>): WorkflowDefinition {
  return changeBlocks(definition, (steps) => steps.filter(({ key }) => !keys.has(key)));
}

export function replace(definition: WorkflowDefinition, key: string, step: Step): WorkflowDefinition {
  return changeBlocks(definition, (steps) => steps.map((one) => (one.key === key ? step : one)));
}

/** The steps of these keys in the order of the definition, without those within another of them. */
export function taken(definition: WorkflowDefinition, keys: ReadonlySet<string>): readonly Step[] {
  return [...walk(definition)]
    .filter(({ step, within }) => keys.has(step.key) && !within.some((outer) => keys.has(outer.key)))
    .map(({ step }) => step);
}

/** Whether steps may go to a spot: not into themselves. */
export function canMove(definition: WorkflowDefinition, keys: ReadonlySet<string>, spot: Spot): boolean {
  if (stepsIn(definition, spot.block) === null) return false;
  if (spot.block.step === null) return true;
  const owner = [...walk(definition)].find(({ step }) => step.key === spot.block.step);
  return owner !== undefined && ![owner.step, ...owner.within].some(({ key }) => keys.has(key));
}

/** Moves steps with all that is within them; into themselves they don't go. */
export function move(
  definition: WorkflowDefinition,
  keys: ReadonlySet<string>,
  spot: Spot,
): WorkflowDefinition {
  const steps = taken(definition, keys);
  const there = stepsIn(definition, spot.block);
  if (there === null || steps.length === 0 || !canMove(definition, keys, spot)) return definition;
  // Counted among the steps that stay, since those that go leave their places.
  const index = there.slice(0, spot.index).filter(({ key }) => !keys.has(key)).length;
  return insert(remove(definition, keys), { ...spot, index }, steps);
}

/** The spot before or behind the next step up or down, also out of a block or into one: how keys move a step. */
export function spotBeside(definition: WorkflowDefinition, key: string, step: -1 | 1): Spot | null {
  const spot = spotOf(definition, key);
  if (spot === null) return null;
  const there = stepsIn(definition, spot.block) ?? [];
  const next = there[spot.index + step];
  if (next !== undefined) {
    const blocks = blocksOf(next);
    const into = step > 0 ? blocks[0] : blocks.at(-1);
    if (into === undefined) return { block: spot.block, index: spot.index + (step > 0 ? 2 : -1) };
    return { block: { step: next.key, name: into.name }, index: step > 0 ? 0 : into.steps.length };
  }
  return spot.block.step === null ? null : outOf(definition, spot.block, step);
}

/** The next block of the same step, or else before or behind that step. */
function outOf(definition: WorkflowDefinition, { step: owner, name }: BlockRef, step: -1 | 1): Spot | null {
  const holder = owner === null ? null : findStep(definition, owner);
  const around = owner === null ? null : spotOf(definition, owner);
  if (holder === null || around === null) return null;
  const blocks = blocksOf(holder);
  const beside = blocks[blocks.findIndex((one) => one.name === name) + step];
  if (beside === undefined) return { ...around, index: around.index + (step > 0 ? 1 : 0) };
  return { block: { step: holder.key, name: beside.name }, index: step > 0 ? 0 : beside.steps.length };
}

/** How many steps a step holds, at any depth. */
export function countWithin(step: Step): number {
  return blocksOf(step).reduce(
    (sum, { steps }) => steps.reduce((inner, one) => inner + 1 + countWithin(one), sum),
    0,
  );
}

/** The step to look at when this one is gone: the one behind it, before it, or around it. */
export function nextAfterRemoval(definition: WorkflowDefinition, key: string): string | null {
  const spot = spotOf(definition, key);
  if (spot === null) return null;
  const there = stepsIn(definition, spot.block) ?? [];
  return there[spot.index + 1]?.key ?? there[spot.index - 1]?.key ?? spot.block.step;
}
