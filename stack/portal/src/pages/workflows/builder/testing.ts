import type { StepKind, WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { blocksOf, walk } from '@middle/core/workflow/tree.ts';
import * as fc from 'fast-check';
import { insert, replace, ROOT, stepsIn } from './edit.ts';
import type { BlockRef, Spot } from './edit.ts';
import { newStep } from './new-step.ts';

/** Definitions as people make them: step by step, each put somewhere. */
const KINDS: readonly Exclude<StepKind, 'action'>[] = [
  'decision',
  'switch',
  'set',
  'each',
  'wait',
  'call',
  'bulk',
  'stop',
];
const SLOT = { key: 'shop', title: 'Shop', app: 'shop' };

export const EMPTY: WorkflowDefinition = {
  inputs: [],
  variables: [],
  connections: [SLOT],
  steps: [],
  output: [],
  timeLimitSeconds: 86_400,
};

/** Every place at which a step can be. */
export function spotsOf(definition: WorkflowDefinition): readonly Spot[] {
  const blocks: BlockRef[] = [ROOT];
  for (const { step } of walk(definition)) {
    blocks.push(...blocksOf(step).map(({ name }) => ({ step: step.key, name })));
  }
  return blocks.flatMap((block) =>
    Array.from({ length: (stepsIn(definition, block)?.length ?? 0) + 1 }, (_, index) => ({ block, index })),
  );
}

export const keysOf = (definition: Pick<WorkflowDefinition, 'steps'>): readonly string[] =>
  [...walk(definition)].map(({ step }) => step.key);

export const definitions: fc.Arbitrary<WorkflowDefinition> = fc
  .array(fc.record({ kind: fc.nat(KINDS.length), at: fc.nat(500), hasError: fc.boolean() }), {
    maxLength: 25,
  })
  .map((steps) =>
    steps.reduce((definition, { kind, at, hasError }) => {
      const spots = spotsOf(definition);
      const spot = spots[at % spots.length] ?? { block: ROOT, index: 0 };
      const which = KINDS[kind];
      const step = newStep(
        definition,
        which === undefined
          ? { kind: 'action', slot: SLOT, action: 'send', title: 'Send' }
          : { kind: which, title: which },
      );
      const grown = insert(definition, spot, [step]);
      if (!hasError || step.kind === 'stop') return grown;
      return replace(grown, step.key, { ...step, onError: [] });
    }, EMPTY),
  );
