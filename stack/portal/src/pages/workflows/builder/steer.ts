import type { Step, WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { blocksOf } from '@middle/core/workflow/tree.ts';
import { findStep, ROOT, spotOf, stepsIn } from './edit.ts';
import type { BlockRef } from './edit.ts';
import { BEGIN, END, gapId, stepId } from './layout.ts';
import type { LaidNode, Layout } from './layout.ts';

/**
 * Where the arrow keys lead. Down and up follow the way of an execution: into the first branch, along it, and out behind
 * the step whose branch it is. Left and right go to what stands beside.
 */
export type Direction = 'up' | 'down' | 'left' | 'right';

export function neighbour(
  definition: WorkflowDefinition,
  layout: Layout,
  id: string,
  direction: Direction,
): string | null {
  const node = layout.nodes.find((one) => one.id === id);
  if (node === undefined) return null;
  if (direction === 'down') return below(definition, node);
  if (direction === 'up') return above(definition, node);
  const side = direction === 'right' ? 1 : -1;
  return branchBeside(definition, node, side) ?? beside(layout, node, side);
}

/** Taken only when something went wrong or late: down passes them by, so right leads into them. */
const SIDE_BLOCKS: ReadonlySet<string> = new Set(['onError', 'onDeadline']);

/** The branch beside the one that this is in, of the nearest step around it that has one: so every branch is reached. */
function branchBeside(definition: WorkflowDefinition, node: LaidNode, side: 1 | -1): string | null {
  if (node.kind === 'step' && side === 1) {
    const into = blocksOf(node.step).find(({ name }) => SIDE_BLOCKS.has(name));
    if (into !== undefined) return firstOf(into.steps, { step: node.step.key, name: into.name });
  }
  let block: BlockRef | null = blockOf(definition, node);
  while (block !== null && block.step !== null) {
    const owner: Step | null = findStep(definition, block.step);
    if (owner === null) return null;
    const blocks = blocksOf(owner);
    const { name } = block;
    const next = blocks[blocks.findIndex((one) => one.name === name) + side];
    if (next !== undefined) return firstOf(next.steps, { step: owner.key, name: next.name });
    if (side === -1) return null;
    block = spotOf(definition, owner.key)?.block ?? null;
  }
  return null;
}

function blockOf(definition: WorkflowDefinition, node: LaidNode): BlockRef | null {
  if (node.kind === 'gap') return node.spot.block;
  return node.kind === 'step' ? (spotOf(definition, node.step.key)?.block ?? null) : null;
}

function below(definition: WorkflowDefinition, node: LaidNode): string | null {
  switch (node.kind) {
    case 'begin':
      return firstOf(definition.steps, ROOT);
    case 'end':
      return null;
    case 'gap': {
      const next = stepsIn(definition, node.spot.block)?.[node.spot.index];
      return next === undefined ? behind(definition, node.spot.block) : stepId(next.key);
    }
    case 'step': {
      const into = blocksOf(node.step).find(({ name }) => !SIDE_BLOCKS.has(name));
      if (into !== undefined) return firstOf(into.steps, { step: node.step.key, name: into.name });
      return after(definition, node.step.key);
    }
  }
}

function firstOf(steps: readonly Step[], block: BlockRef): string {
  const [first] = steps;
  return first === undefined ? gapId({ block, index: 0 }) : stepId(first.key);
}

function after(definition: WorkflowDefinition, key: string): string | null {
  const spot = spotOf(definition, key);
  if (spot === null) return null;
  const next = stepsIn(definition, spot.block)?.[spot.index + 1];
  return next === undefined ? behind(definition, spot.block) : stepId(next.key);
}

function behind(definition: WorkflowDefinition, block: BlockRef): string | null {
  return block.step === null ? END : after(definition, block.step);
}

function above(definition: WorkflowDefinition, node: LaidNode): string | null {
  switch (node.kind) {
    case 'begin':
      return null;
    case 'end': {
      const last = definition.steps.at(-1);
      return last === undefined ? gapId({ block: ROOT, index: 0 }) : stepId(last.key);
    }
    case 'gap': {
      const before = stepsIn(definition, node.spot.block)?.[node.spot.index - 1];
      return before === undefined ? ownerOf(definition, node.spot.block) : stepId(before.key);
    }
    case 'step': {
      const spot = spotOf(definition, node.step.key);
      if (spot === null) return null;
      const before = stepsIn(definition, spot.block)?.[spot.index - 1];
      return before === undefined ? ownerOf(definition, spot.block) : stepId(before.key);
    }
  }
}

function ownerOf(definition: WorkflowDefinition, { step }: BlockRef): string {
  return step === null || findStep(definition, step) === null ? BEGIN : stepId(step);
}

function beside(layout: Layout, from: LaidNode, sign: 1 | -1): string | null {
  let best: { id: string; far: number } | null = null;
  for (const node of layout.nodes) {
    if (node.kind === 'gap' && !node.isEmpty) continue;
    const along = sign * (node.x + node.width / 2 - (from.x + from.width / 2));
    if (along < 8) continue;
    const far = along + 2 * Math.abs(node.y + node.height / 2 - (from.y + from.height / 2));
    if (best === null || far < best.far) best = { id: node.id, far };
  }
  return best?.id ?? null;
}
