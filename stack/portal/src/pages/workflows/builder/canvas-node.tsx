import type { NodeProps } from '@xyflow/react';
import { Plus } from 'lucide-react';
import { useBuilder } from './builder-context.ts';
import type { FlowNode } from './canvas.tsx';
import type { Spot } from './edit.ts';
import { BeginCard, EndCard, StepCard } from './cards.tsx';

/** One thing on the canvas. */
export function CanvasNode({ data: { laid, isTarget } }: NodeProps<FlowNode>) {
  switch (laid.kind) {
    case 'begin':
      return <BeginCard />;
    case 'end':
      return <EndCard />;
    case 'step':
      return <StepCard step={laid.step} />;
    case 'gap':
      return <Gap id={laid.id} spot={laid.spot} isEmpty={laid.isEmpty} isTarget={isTarget} />;
  }
}

interface GapProps {
  readonly id: string;
  readonly spot: Spot;
  readonly isEmpty: boolean;
  readonly isTarget: boolean;
}

function Gap({ id, spot, isEmpty, isTarget }: GapProps) {
  const { add, reason, selected } = useBuilder();
  if (reason !== null) return <span className="gap-dot" aria-hidden />;
  return (
    <button
      type="button"
      className={`gap nodrag nopan${isEmpty ? ' open' : ''}${isTarget ? ' target' : ''}`}
      data-node={id}
      tabIndex={selected === id ? 0 : -1}
      aria-label={isEmpty ? 'Add a first step here' : 'Add a step here'}
      onClick={() => add(spot)}
    >
      <Plus className="icon" aria-hidden />
    </button>
  );
}
