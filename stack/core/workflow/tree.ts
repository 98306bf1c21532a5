import type { Step, WorkflowDefinition } from './definition.ts';

/** One of the lists of steps that a step holds. */
export interface Block {
  /** whenTrue, whenFalse, otherwise, a switch's case by its key, block, onDeadline or onError. */
  readonly name: string;
  readonly steps: readonly Step[];
}

/** The blocks of a step in the order in which people see them; a block it doesn't have is left out. */
export function blocksOf(step: Step): readonly Block[] {
  const blocks = ownBlocks(step);
  if (step.kind === 'stop' || step.onError === null) return blocks;
  return [...blocks, { name: 'onError', steps: step.onError }];
}

function ownBlocks(step: Step): readonly Block[] {
  switch (step.kind) {
    case 'decision':
      return [
        { name: 'whenTrue', steps: step.whenTrue },
        { name: 'whenFalse', steps: step.whenFalse },
      ];
    case 'switch':
      return [
        ...step.cases.map(({ key, block }) => ({ name: key, steps: block })),
        { name: 'otherwise', steps: step.otherwise },
      ];
    case 'each':
      return [{ name: 'block', steps: step.block }];
    case 'wait':
      return step.onDeadline === null ? [] : [{ name: 'onDeadline', steps: step.onDeadline }];
    case 'action':
    case 'bulk':
    case 'call':
    case 'export':
    case 'set':
    case 'stop':
      return [];
  }
}

export interface PlacedStep {
  readonly step: Step;
  /** The steps around it, outermost first. */
  readonly within: readonly Step[];
  /** Where its definition is, for a problem's path: `steps[0].whenTrue[2]`. */
  readonly path: string;
}

/** Every step, a step before those it holds. */
export function* walk({ steps }: Pick<WorkflowDefinition, 'steps'>): Generator<PlacedStep> {
  yield* walkBlock(steps, [], 'steps');
}

function* walkBlock(steps: readonly Step[], within: readonly Step[], path: string): Generator<PlacedStep> {
  for (const [index, step] of steps.entries()) {
    const at = `${path}[${index}]`;
    yield { step, within, path: at };
    for (const block of blocksOf(step)) {
      yield* walkBlock(block.steps, [...within, step], `${at}.${block.name}`);
    }
  }
}
