import type { Step } from '@middle/core/workflow/definition.ts';
import { blocksOf } from '@middle/core/workflow/tree.ts';
import { Plus } from 'lucide-react';
import { useBuilder } from './builder-context.ts';
import { BeginCard, EndCard, StepCard } from './cards.tsx';
import { ROOT } from './edit.ts';
import type { BlockRef, Spot } from './edit.ts';
import { gapId, labelOf } from './layout.ts';

/** The same steps as nested lists: for narrow windows, and for who reads with the ears. */
export function Outline() {
  const { draft } = useBuilder();
  return (
    <div className="outline">
      <BeginCard />
      <OutlineBlock block={ROOT} steps={draft.definition.steps} label="Steps of the workflow" />
      <EndCard />
    </div>
  );
}

interface OutlineBlockProps {
  readonly block: BlockRef;
  readonly steps: readonly Step[];
  readonly label: string;
}

function OutlineBlock({ block, steps, label }: OutlineBlockProps) {
  return (
    <ol className="outline-block" aria-label={label}>
      {steps.map((step, index) => (
        <li key={step.key}>
          <AddLine spot={{ block, index }} isEmpty={false} />
          <StepCard step={step} />
          {blocksOf(step).map(({ name, steps: inner }) => (
            <div key={name} className={name === 'onError' ? 'outline-branch error' : 'outline-branch'}>
              <span className="outline-label">{labelOf(step, name)}</span>
              <OutlineBlock
                block={{ step: step.key, name }}
                steps={inner}
                label={`${step.title}: ${labelOf(step, name)}`}
              />
            </div>
          ))}
        </li>
      ))}
      <li>
        <AddLine spot={{ block, index: steps.length }} isEmpty={steps.length === 0} />
      </li>
    </ol>
  );
}

function AddLine({ spot, isEmpty }: { readonly spot: Spot; readonly isEmpty: boolean }) {
  const { add, reason, selected } = useBuilder();
  if (reason !== null) return <span className="outline-add" aria-hidden />;
  const id = gapId(spot);
  return (
    <button
      type="button"
      className={isEmpty ? 'outline-add open' : 'outline-add'}
      data-node={id}
      tabIndex={selected === id ? 0 : -1}
      aria-label={isEmpty ? 'Add a first step here' : 'Add a step here'}
      onClick={() => add(spot)}
    >
      <Plus className="icon" aria-hidden />
      {isEmpty && <span>Add a first step here</span>}
    </button>
  );
}
