import { ReactFlowProvider } from '@xyflow/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useRemembered } from '../../../data/remember.ts';
import type { Workflow } from '../../../data/types.ts';
import { Button } from '../../../ui/button.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { RelativeTime } from '../../../ui/time.tsx';
import { WorkflowFrame } from '../frame.tsx';
import { AddMenu } from './add-menu.tsx';
import { BeginPanel } from './begin-panel.tsx';
import { BuilderProvider, useBuilder } from './builder-context.ts';
import type { Builder, Side } from './builder-context.ts';
import { Canvas, useLayout } from './canvas.tsx';
import { findStep, ROOT, spotAfter } from './edit.ts';
import type { Spot } from './edit.ts';
import { EndPanel } from './end-panel.tsx';
import { BEGIN } from './layout.ts';
import type { Layout } from './layout.ts';
import { Outline } from './outline.tsx';
import { neighbour } from './steer.ts';
import { ProblemsPanel } from './problems-panel.tsx';
import { StepPanel } from './step-panel.tsx';
import { Toolbar } from './toolbar.tsx';
import { TrialPanel } from './trial-panel.tsx';
import { useDraft } from './use-draft.ts';
import { useClipboardKeys, useEditing } from './use-editing.ts';
import { useOffers } from './use-offers.ts';
import { useEditReason } from '../use-workflow.ts';
import { useTrial } from './use-trial.ts';
import './builder.css';

export type View = 'canvas' | 'outline';

/** A workflow is built here: its steps on a canvas or as an outline, and beside them what one of them does. */
export function BuilderPage() {
  return (
    <WorkflowFrame full>{(workflow) => <BuilderOf key={workflow.id} workflow={workflow} />}</WorkflowFrame>
  );
}

const isView = (value: unknown): value is View => value === 'canvas' || value === 'outline';
const NARROW = '(max-width: 640px)';

function BuilderOf({ workflow }: { readonly workflow: Workflow }) {
  const reason = useEditReason(workflow);
  const draft = useDraft(workflow, reason === null);
  const offers = useOffers(workflow);
  const trying = useTrial(workflow, draft.definition);
  const [selected, setSelected] = useState(BEGIN);
  const [side, setSide] = useState<Side>('none');
  const [adding, setAdding] = useState<Spot | null>(null);
  const [focus, setFocus] = useState(0);
  const area = useRef<HTMLDivElement>(null);
  const select: Builder['select'] = (id, { open = false, focus: wantsFocus = false } = {}) => {
    setSelected(id);
    if (open) setSide('node');
    // The panel of a step takes the focus itself.
    else if (wantsFocus) setFocus((count) => count + 1);
  };
  useEffect(() => {
    if (focus === 0) return;
    const node = area.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(selected)}"]`);
    node?.focus({ preventScroll: (node.closest('.canvas') ?? null) !== null });
  }, [focus, selected]);
  const editing = useEditing(draft, reason, select);
  const builder: Builder = {
    workflow,
    draft,
    offers,
    reason,
    selected,
    select,
    side,
    show: setSide,
    adding,
    add: setAdding,
    editing,
    trying,
  };
  return (
    <BuilderProvider value={builder}>
      <ReactFlowProvider>
        <div ref={area} className="builder">
          <BuilderBody area={() => area.current} />
        </div>
      </ReactFlowProvider>
    </BuilderProvider>
  );
}

function BuilderBody({ area }: { readonly area: () => HTMLElement | null }) {
  const builder = useBuilder();
  const { draft, adding, editing } = builder;
  const [view, setView] = useRemembered<View>(
    matchMedia(NARROW).matches ? 'builder-view-narrow' : 'builder-view',
    matchMedia(NARROW).matches ? 'outline' : 'canvas',
    isView,
  );
  const layout = useLayout();
  const order = useMemo(() => layout.nodes.filter((node) => node.kind !== 'gap' || node.isEmpty), [layout]);
  const selected = order.some(({ id }) => id === builder.selected) ? builder.selected : BEGIN;
  const current: Builder = selected === builder.selected ? builder : { ...builder, selected };
  const spot = spotBehind(current, layout);
  useClipboardKeys({
    editing,
    within: area,
    selected: () => ({ key: keyOf(current, layout), spot }),
  });
  return (
    <BuilderProvider value={current}>
      <Toolbar view={view} onView={setView} spot={spot} />
      <ConflictNotice />
      <div className="builder-main">
        <div
          className={view === 'canvas' ? 'builder-area canvas-area' : 'builder-area'}
          role="group"
          aria-label="Steps; the arrow keys go from one to the next"
          onFocus={({ target }) => {
            const id = target.dataset['node'];
            if (id !== undefined && id !== selected) current.select(id);
          }}
          onKeyDown={(event) => press(event, current, layout, view)}
        >
          {view === 'canvas' ? <Canvas layout={layout} /> : <Outline />}
        </div>
        <SideOf builder={current} layout={layout} />
      </div>
      {adding !== null && draft.state.kind !== 'conflict' && <AddMenu spot={adding} />}
    </BuilderProvider>
  );
}

function keyOf({ selected }: Builder, layout: Layout): string | null {
  const node = layout.nodes.find(({ id }) => id === selected);
  return node?.kind === 'step' ? node.step.key : null;
}

/** Where a step goes that is added or pasted now: behind the selected one. */
function spotBehind({ draft: { definition }, selected }: Builder, layout: Layout): Spot {
  const node = layout.nodes.find(({ id }) => id === selected);
  const last: Spot = { block: ROOT, index: definition.steps.length };
  if (node?.kind === 'gap') return node.spot;
  if (node?.kind === 'begin') return { block: ROOT, index: 0 };
  return node?.kind === 'step' ? (spotAfter(definition, node.step.key) ?? last) : last;
}

function SideOf({ builder, layout }: { readonly builder: Builder; readonly layout: Layout }) {
  const { side, selected, draft } = builder;
  if (side === 'problems') return <ProblemsPanel />;
  if (side === 'trial') return <TrialPanel />;
  if (side === 'none') return null;
  if (selected === BEGIN) return <BeginPanel />;
  if (selected === 'end') return <EndPanel />;
  const key = keyOf(builder, layout);
  const step = key === null ? null : findStep(draft.definition, key);
  return step === null ? null : <StepPanel key={step.key} step={step} />;
}

const ARROWS = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' } as const;

function isArrow(key: string): key is keyof typeof ARROWS {
  return Object.hasOwn(ARROWS, key);
}

/** Everything that can be done with the mouse can be done with keys. */
function press(event: KeyboardEvent, builder: Builder, layout: Layout, view: View): void {
  const { draft, editing, selected, select, add } = builder;
  if (!(event.target instanceof HTMLElement) || event.target.closest('[data-node]') === null) return;
  const key = keyOf(builder, layout);
  const isCommand = event.ctrlKey || event.metaKey;
  const pressed = event.key.toLowerCase();
  if (isCommand && pressed === 'z') (event.shiftKey ? draft.redo : draft.undo)?.();
  else if (isCommand && pressed === 'y') draft.redo?.();
  else if (isCommand && pressed === 'd' && key !== null) editing.duplicate(key);
  else if (isCommand) return;
  else if (event.altKey && key !== null && (event.key === 'ArrowUp' || event.key === 'ArrowDown'))
    editing.moveBeside(key, event.key === 'ArrowUp' ? -1 : 1);
  else if (isArrow(event.key)) {
    const next =
      view === 'canvas'
        ? neighbour(draft.definition, layout, selected, ARROWS[event.key])
        : beside(selected, event);
    if (next !== null) select(next, { focus: true });
  } else if (event.key === 'Home') select(BEGIN, { focus: true });
  else if (event.key === 'End') select('end', { focus: true });
  else if ((event.key === 'Delete' || event.key === 'Backspace') && key !== null) editing.remove(key);
  else if (pressed === 'a' || event.key === '+') add(spotBehind(builder, layout));
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** In the outline one goes along the lines as they stand, past the places between steps. */
function beside(selected: string, event: KeyboardEvent): string | null {
  const lines = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('.step-card, .end-card, .outline-add.open'),
  ];
  const at = lines.findIndex(({ dataset }) => dataset['node'] === selected);
  const step = event.key === 'ArrowUp' || event.key === 'ArrowLeft' ? -1 : 1;
  return lines[at + step]?.dataset['node'] ?? null;
}

function ConflictNotice() {
  const { draft } = useBuilder();
  const { state } = draft;
  if (state.kind === 'failed') return <Notice tone="bad">The draft can’t be saved: {state.message}</Notice>;
  if (state.kind !== 'conflict') return null;
  return (
    <Notice
      tone="warn"
      action={
        <span className="row wrap">
          <Button size="sm" onClick={draft.takeTheirs}>
            Take theirs
          </Button>
          <Button size="sm" onClick={draft.keepMine}>
            Keep mine
          </Button>
        </span>
      }
    >
      <strong>{state.conflict.savedBy} saved this draft</strong> <RelativeTime at={state.conflict.savedAt} />,
      while you were changing it. Yours is not saved. What you don’t choose can be had back with undo, if it
      is yours.
    </Notice>
  );
}
