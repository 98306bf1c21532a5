import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  ViewportPortal,
  useReactFlow,
} from '@xyflow/react';
import type { Node, NodeChange, NodeTypes } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { IconButton } from '../../../ui/button.tsx';
import { useBuilder } from './builder-context.ts';
import { CanvasNode } from './canvas-node.tsx';
import { canMove } from './edit.ts';
import type { Spot } from './edit.ts';
import { BEGIN, gapId, gapNear, layoutOf, pathOf } from './layout.ts';
import type { LaidNode, Layout } from './layout.ts';
import '@xyflow/react/dist/base.css';
import './canvas.css';

/** Taller while steps show what they gave. */
const STEP_HEIGHT = 60;
const TRIED_HEIGHT = 92;
/** How near a gap a dragged step must come to fall into it. */
const DROP_WITHIN = 110;
const PROGRAM = { hideAttribution: true };
const REACHABLE = { pointerEvents: 'all' } as const;

export type FlowNode = Node<{ readonly laid: LaidNode; readonly isTarget: boolean }, 'laid'>;
const NODE_TYPES: NodeTypes = { laid: CanvasNode };

export function useLayout(): Layout {
  const { draft, trying } = useBuilder();
  const height = trying.isOn ? TRIED_HEIGHT : STEP_HEIGHT;
  return useMemo(() => layoutOf(draft.definition, height), [draft.definition, height]);
}

interface Dragged {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly spot: Spot | null;
}

/** The steps as a tree that can be moved, zoomed and dragged about. */
export function Canvas({ layout }: { readonly layout: Layout }) {
  const { draft, editing, reason } = useBuilder();
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const target = dragged?.spot === null || dragged?.spot === undefined ? null : gapId(dragged.spot);
  const nodes = useMemo(
    () =>
      layout.nodes.map((laid): FlowNode => ({
        id: laid.id,
        type: 'laid',
        position: dragged?.id === laid.id ? { x: dragged.x, y: dragged.y } : { x: laid.x, y: laid.y },
        width: laid.width,
        height: laid.height,
        draggable: laid.kind === 'step' && reason === null,
        zIndex: dragged?.id === laid.id ? 10 : 0,
        // The library lets nodes that can't be dragged or selected take no clicks.
        style: REACHABLE,
        data: { laid, isTarget: laid.id === target },
      })),
    [layout, dragged, target, reason],
  );
  const drag = (changes: readonly NodeChange<FlowNode>[]) => {
    for (const change of changes) {
      if (change.type !== 'position' || change.position === undefined || change.dragging !== true) continue;
      const laid = layout.nodes.find(({ id }) => id === change.id);
      if (laid?.kind !== 'step') continue;
      const { x, y } = change.position;
      const spot = gapNear(layout, [x + laid.width / 2, y + laid.height / 2], DROP_WITHIN);
      const keys = new Set([laid.step.key]);
      setDragged({
        id: laid.id,
        x,
        y,
        spot: spot !== null && canMove(draft.definition, keys, spot) ? spot : null,
      });
    }
  };
  const drop = (laid: LaidNode) => {
    if (laid.kind === 'step' && dragged?.spot !== null && dragged?.spot !== undefined)
      editing.move(laid.step.key, dragged.spot);
    setDragged(null);
  };
  return (
    <ReactFlow<FlowNode>
      className="canvas"
      nodes={nodes}
      edges={[]}
      nodeTypes={NODE_TYPES}
      onNodesChange={drag}
      onNodeDragStop={(_, node) => drop(node.data.laid)}
      nodeDragThreshold={6}
      nodesConnectable={false}
      nodesFocusable={false}
      elementsSelectable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={null}
      panActivationKeyCode={null}
      panOnScroll
      zoomOnDoubleClick={false}
      minZoom={0.2}
      maxZoom={1.6}
      proOptions={PROGRAM}
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />
      <Lines layout={layout} />
      <Sight layout={layout} />
      {layout.nodes.length > 30 && <MiniMap pannable zoomable ariaLabel="The whole workflow" />}
    </ReactFlow>
  );
}

/** Below the nodes: frames, lines and the names of the branches. */
function Lines({ layout }: { readonly layout: Layout }) {
  return (
    <ViewportPortal>
      <svg className="canvas-lines" width={layout.width} height={layout.height} aria-hidden>
        <defs>
          {['plain', 'error'].map((tone) => (
            <marker
              key={tone}
              id={`tip-${tone}`}
              className={`canvas-tip ${tone}`}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M1 1L7 4L1 7" />
            </marker>
          ))}
        </defs>
        {layout.frames.map(({ x, y, width, height }) => (
          <rect
            key={`${String(x)} ${String(y)}`}
            className="canvas-frame"
            x={x}
            y={y}
            width={width}
            height={height}
            rx="14"
          />
        ))}
        {layout.lines.map(({ points, hasTip, isError }, index) => (
          <path
            key={index}
            className={isError ? 'canvas-line error' : 'canvas-line'}
            d={pathOf(points)}
            markerEnd={hasTip ? `url(#tip-${isError ? 'error' : 'plain'})` : undefined}
          />
        ))}
      </svg>
      {layout.labels.map(({ x, y, text, isError }, index) => (
        <span
          key={index}
          className={isError ? 'canvas-label error' : 'canvas-label'}
          style={{ transform: `translate(${String(x)}px, ${String(y)}px) translate(-50%, -50%)` }}
        >
          {text}
        </span>
      ))}
    </ViewportPortal>
  );
}

const LARGEST = 1;
const EASE = { duration: 160 };

/** Brings into sight what is selected, and has the buttons for what is in sight. */
function Sight({ layout }: { readonly layout: Layout }) {
  const { selected, side } = useBuilder();
  const flow = useReactFlow();
  const first = useRef(true);
  useEffect(() => {
    const area = document.querySelector('.canvas')?.getBoundingClientRect();
    const laid = layout.nodes.find(({ id }) => id === selected);
    if (area === undefined || laid === undefined) return;
    if (first.current) {
      first.current = false;
      // The beginning is at the top in the middle, as large as it can be read.
      const zoom = Math.min(LARGEST, Math.max(0.5, (area.width - 60) / Math.max(layout.width, 1)));
      const begin = layout.nodes.find(({ id }) => id === BEGIN);
      const middle = begin === undefined ? layout.width / 2 : begin.x + begin.width / 2;
      void flow.setViewport({ x: area.width / 2 - middle * zoom, y: 28, zoom });
      return;
    }
    const { x, y, zoom } = flow.getViewport();
    const left = laid.x * zoom + x;
    const top = laid.y * zoom + y;
    const right = left + laid.width * zoom;
    const bottom = top + laid.height * zoom;
    const margin = 24;
    const dx = left < margin ? margin - left : right > area.width - margin ? area.width - margin - right : 0;
    const dy =
      top < margin ? margin - top : bottom > area.height - margin ? area.height - margin - bottom : 0;
    if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, EASE);
  }, [selected, layout, side, flow]);
  useEffect(() => {
    const area = document.querySelector('.canvas');
    if (area === null) return undefined;
    let width = area.clientWidth;
    // A panel that opens takes of both sides alike: what was in the middle stays there.
    const watch = new ResizeObserver(() => {
      const { x, y, zoom } = flow.getViewport();
      const shift = (area.clientWidth - width) / 2;
      width = area.clientWidth;
      if (shift !== 0) void flow.setViewport({ x: x + shift, y, zoom });
    });
    watch.observe(area);
    return () => watch.disconnect();
  }, [flow]);
  return (
    <div className="canvas-controls" role="group" aria-label="View">
      <IconButton icon={Minus} size="sm" label="Zoom out" onClick={() => void flow.zoomOut(EASE)} />
      <IconButton icon={Plus} size="sm" label="Zoom in" onClick={() => void flow.zoomIn(EASE)} />
      <IconButton
        icon={Maximize}
        size="sm"
        label="Show all"
        onClick={() => void flow.fitView({ padding: 0.08, maxZoom: LARGEST, ...EASE })}
      />
    </div>
  );
}
