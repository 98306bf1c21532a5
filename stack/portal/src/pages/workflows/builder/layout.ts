import type { Step, WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { blocksOf } from '@middle/core/workflow/tree.ts';
import { ROOT } from './edit.ts';
import type { BlockRef, Spot } from './edit.ts';

/**
 * Where everything of a workflow stands on the canvas. It is a tree: steps follow each other downward, the branches of a
 * step stand side by side below it and come together again above the next one, what happens on an error stands on the
 * right. The same definition always looks the same.
 */

export const STEP_WIDTH = 248;
export const GAP_SIZE = 22;
const END_SIZE = { width: 132, height: 36 };
/** From what is above a gap to the gap, and from it to the step below, where the arrow's tip needs room. */
const ABOVE_GAP = 12;
const BELOW_GAP = 20;
/** From a step to the branches below it: the line that parts, and the label of each branch. */
const TO_BRANCHES = 52;
const FROM_BRANCHES = 14;
const BETWEEN = 32;
/** Half of the room for a branch in which there is no step yet. */
const EMPTY_HALF = 78;
const FRAME = 16;

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Something that can be looked at and chosen. */
export type LaidNode = Rect & { readonly id: string } & (
    | { readonly kind: 'begin' | 'end' }
    | { readonly kind: 'step'; readonly step: Step }
    /** Between two steps, where others can be put; empty: in a block that has no step. */
    | { readonly kind: 'gap'; readonly spot: Spot; readonly isEmpty: boolean }
  );

export interface LaidLine {
  readonly points: readonly Point[];
  readonly hasTip: boolean;
  readonly isError: boolean;
}

export interface LaidLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly isError: boolean;
}

export interface Layout {
  readonly nodes: readonly LaidNode[];
  readonly lines: readonly LaidLine[];
  readonly labels: readonly LaidLabel[];
  /** Around the steps that are done for each item. */
  readonly frames: readonly Rect[];
  readonly width: number;
  readonly height: number;
}

type Point = readonly [x: number, y: number];

/** A part of the drawing: how far it reaches from its middle, and what draws it there. */
interface Box {
  readonly left: number;
  readonly right: number;
  readonly height: number;
  /** @returns where the way leaves it; nowhere when it ends within */
  readonly draw: (x: number, y: number) => readonly Exit[];
}

interface Exit {
  readonly at: Point;
  readonly isError: boolean;
}

/** @param stepHeight taller when the steps show their values */
export function layoutOf(definition: WorkflowDefinition, stepHeight: number): Layout {
  return new Drawing(stepHeight).draw(definition);
}

export function gapId({ block, index }: Spot): string {
  return `gap ${block.step ?? ''} ${block.name} ${String(index)}`;
}

export const BEGIN = 'begin';
export const END = 'end';
export const stepId = (key: string): string => `step ${key}`;

class Drawing {
  readonly #stepHeight: number;
  readonly #nodes: LaidNode[] = [];
  readonly #lines: LaidLine[] = [];
  readonly #labels: LaidLabel[] = [];
  readonly #frames: Rect[] = [];

  constructor(stepHeight: number) {
    this.#stepHeight = stepHeight;
  }

  draw(definition: WorkflowDefinition): Layout {
    const root = this.#block(ROOT, definition.steps, false);
    const left = Math.max(root.left, STEP_WIDTH / 2);
    const right = Math.max(root.right, STEP_WIDTH / 2);
    this.#node({ id: BEGIN, kind: 'begin', ...this.#stepAt(left, 0) });
    const top = this.#stepHeight + ABOVE_GAP;
    this.#line([left, this.#stepHeight], [left, top]);
    const exits = root.draw(left, top);
    const bottom = top + root.height + BELOW_GAP;
    for (const exit of exits) this.#join(exit, [left, bottom], true);
    const end = { x: left - END_SIZE.width / 2, y: bottom, width: END_SIZE.width, height: END_SIZE.height };
    this.#node({ id: END, kind: 'end', ...end });
    return {
      nodes: this.#nodes,
      lines: this.#lines,
      labels: this.#labels,
      frames: this.#frames,
      width: left + right,
      height: bottom + END_SIZE.height,
    };
  }

  #stepAt(x: number, y: number): Rect {
    return { x: x - STEP_WIDTH / 2, y, width: STEP_WIDTH, height: this.#stepHeight };
  }

  #node(node: LaidNode): void {
    this.#nodes.push(node);
  }

  #line(from: Point, to: Point, hasTip = false, isError = false): void {
    this.#lines.push({ points: [from, to], hasTip, isError });
  }

  /** Down, across just above the end, and down to it. */
  #join({ at: [x, y], isError }: Exit, [toX, toY]: Point, hasTip = false): void {
    const bend = toY - ABOVE_GAP / 2 - (hasTip ? 6 : 0);
    const points: Point[] =
      x === toX
        ? [[x, y]]
        : [
            [x, y],
            [x, bend],
            [toX, bend],
          ];
    this.#lines.push({ points: [...points, [toX, toY]], hasTip, isError });
  }

  /** Steps one below the other, with a gap before, between and behind them. */
  #block(block: BlockRef, steps: readonly Step[], isError: boolean): Box {
    const boxes = steps.map((step) => this.#step(step));
    const isOpen = steps.at(-1)?.kind !== 'stop';
    const inner = boxes.reduce(
      (sum, { height }) => sum + BELOW_GAP + height + ABOVE_GAP + GAP_SIZE,
      GAP_SIZE,
    );
    const half = steps.length === 0 ? EMPTY_HALF : 0;
    return {
      left: Math.max(half, ...boxes.map(({ left }) => left)),
      right: Math.max(half, ...boxes.map(({ right }) => right)),
      height: isOpen ? inner : inner - ABOVE_GAP - GAP_SIZE,
      draw: (x, y) => {
        let at = y;
        this.#gap({ block, index: 0 }, x, at, steps.length === 0);
        at += GAP_SIZE;
        let isReached = true;
        for (const [index, box] of boxes.entries()) {
          if (isReached) this.#line([x, at], [x, at + BELOW_GAP], true, isError && index === 0);
          at += BELOW_GAP;
          const exits = box.draw(x, at);
          at += box.height + ABOVE_GAP;
          isReached = exits.length > 0;
          if (index === boxes.length - 1 && !isOpen) return [];
          for (const exit of exits) this.#join(exit, [x, at]);
          this.#gap({ block, index: index + 1 }, x, at, false);
          at += GAP_SIZE;
        }
        return isReached ? [{ at: [x, at], isError: isError && steps.length === 0 }] : [];
      },
    };
  }

  #gap(spot: Spot, x: number, y: number, isEmpty: boolean): void {
    const rect = { x: x - GAP_SIZE / 2, y, width: GAP_SIZE, height: GAP_SIZE };
    this.#node({ id: gapId(spot), kind: 'gap', spot, isEmpty, ...rect });
  }

  /** A step, its branches below it, and on its right what happens only at times. */
  #step(step: Step): Box {
    const own = this.#stepHeight;
    const branches = blocksOf(step).map(({ name, steps }): Branch => {
      const isSide = name === 'onError' || name === 'onDeadline';
      const box = this.#block({ step: step.key, name }, steps, name === 'onError');
      return { name, isSide, label: labelOf(step, name), box: widened(box, labelOf(step, name)) };
    });
    if (branches.length === 0) {
      return {
        left: STEP_WIDTH / 2,
        right: STEP_WIDTH / 2,
        height: own,
        draw: (x, y) => {
          this.#node({ id: stepId(step.key), kind: 'step', step, ...this.#stepAt(x, y) });
          return step.kind === 'stop' ? [] : [{ at: [x, y + own], isError: false }];
        },
      };
    }
    const places = placesOf(branches);
    const pad = step.kind === 'each' ? FRAME : 0;
    const deepest = Math.max(...branches.map(({ box }) => box.height));
    return {
      left: Math.max(STEP_WIDTH / 2, ...places.map(({ x, box }) => box.left - x)) + pad,
      right: Math.max(STEP_WIDTH / 2, ...places.map(({ x, box }) => box.right + x)) + pad,
      height: own + TO_BRANCHES + deepest + FROM_BRANCHES + pad,
      draw: (x, y) => {
        this.#node({ id: stepId(step.key), kind: 'step', step, ...this.#stepAt(x, y) });
        return this.#branches(places, x, y);
      },
    };
  }

  #branches(places: readonly PlacedBranch[], x: number, y: number): readonly Exit[] {
    const [bottom, top] = [y + this.#stepHeight, y + this.#stepHeight + TO_BRANCHES];
    const exits: Exit[] = [];
    const isParted = places.some(({ isSide }) => !isSide);
    if (!isParted) exits.push({ at: [x, bottom], isError: false });
    for (const { x: beside, box, isSide, label, name } of places) {
      const isError = name === 'onError';
      const at = x + beside;
      if (isSide) {
        const middle = y + this.#stepHeight / 2;
        this.#lines.push({
          points: [
            [x + STEP_WIDTH / 2, middle],
            [at, middle],
            [at, top],
          ],
          hasTip: false,
          isError,
        });
      } else this.#part([x, bottom], [at, top]);
      this.#labels.push({ x: at, y: top - 18, text: label, isError });
      const left = box.draw(at, top);
      if (name !== 'block') exits.push(...left);
      else exits.push({ at: [x, this.#frame(at, top, box)], isError: false });
    }
    return exits;
  }

  /** Down a little, across, and down to the branch. */
  #part([x, y]: Point, [toX, toY]: Point): void {
    const bend = y + 14;
    const points: readonly Point[] =
      x === toX
        ? []
        : [
            [x, bend],
            [toX, bend],
          ];
    this.#lines.push({ points: [[x, y], ...points, [toX, toY]], hasTip: false, isError: false });
  }

  /** @returns its lower edge, from which the way goes on */
  #frame(x: number, y: number, box: Box): number {
    const rect = {
      x: x - box.left - FRAME,
      y: y - TO_BRANCHES + 20,
      width: box.left + box.right + 2 * FRAME,
      height: box.height + TO_BRANCHES - 20 + FRAME,
    };
    this.#frames.push(rect);
    return rect.y + rect.height;
  }
}

interface Branch {
  readonly name: string;
  readonly label: string;
  readonly isSide: boolean;
  readonly box: Box;
}
/** How far its middle is from that of the step. */
type PlacedBranch = Branch & { readonly x: number };

/** Those that the way always takes are centred below the step, the others follow on the right. */
function placesOf(branches: readonly Branch[]): readonly PlacedBranch[] {
  const main = branches.filter(({ isSide }) => !isSide);
  const width = main.reduce(
    (sum, { box }) => sum + box.left + box.right,
    BETWEEN * Math.max(0, main.length - 1),
  );
  const placed: PlacedBranch[] = [];
  // A single one is right below its step, however lopsided it is.
  const only = main.length === 1 ? main[0] : undefined;
  let edge = only === undefined ? -width / 2 : -only.box.left;
  for (const branch of main) {
    placed.push({ ...branch, x: edge + branch.box.left });
    edge += branch.box.left + branch.box.right + BETWEEN;
  }
  const body = main.some(({ name }) => name === 'block') ? FRAME : 0;
  edge = main.length === 0 ? STEP_WIDTH / 2 + BETWEEN : Math.max(STEP_WIDTH / 2 + BETWEEN, edge + body);
  for (const branch of branches.filter(({ isSide }) => isSide)) {
    placed.push({ ...branch, x: edge + branch.box.left });
    edge += branch.box.left + branch.box.right + BETWEEN;
  }
  return placed;
}

/** Room for the label above it; a character is about 7 wide. */
function widened(box: Box, label: string): Box {
  const half = Math.min(STEP_WIDTH / 2, label.length * 3.6 + 14);
  return { ...box, left: Math.max(box.left, half), right: Math.max(box.right, half) };
}

/** What a branch is called. */
export function labelOf(step: Step, name: string): string {
  if (name === 'onError') return 'When it fails';
  if (step.kind === 'switch') return step.cases.find(({ key }) => key === name)?.title ?? 'Otherwise';
  return (
    { whenTrue: 'Yes', whenFalse: 'No', block: 'For each item', onDeadline: 'When it takes too long' }[
      name
    ] ?? name
  );
}

/** The gap that a point is nearest to, when it is near one. */
export function gapNear(layout: Layout, [x, y]: Point, within: number): Spot | null {
  let best: { spot: Spot; far: number } | null = null;
  for (const node of layout.nodes) {
    if (node.kind !== 'gap') continue;
    const far = Math.hypot(node.x + GAP_SIZE / 2 - x, (node.y + GAP_SIZE / 2 - y) * 1.6);
    if (far < within && (best === null || far < best.far)) best = { spot: node.spot, far };
  }
  return best?.spot ?? null;
}

const RADIUS = 8;

/** A line with round corners, as SVG writes it. */
export function pathOf(points: readonly Point[]): string {
  const [first = [0, 0], ...rest] = points;
  let path = `M${String(first[0])} ${String(first[1])}`;
  for (const [index, point] of rest.entries()) {
    const [before, next] = [points[index], rest[index + 1]];
    if (before === undefined || next === undefined) path += `L${String(point[0])} ${String(point[1])}`;
    else path += corner(before, point, next);
  }
  return path;
}

function corner(before: Point, at: Point, next: Point): string {
  const [a, b] = [toward(at, before), toward(at, next)];
  return `L${String(a[0])} ${String(a[1])}Q${String(at[0])} ${String(at[1])} ${String(b[0])} ${String(b[1])}`;
}

function toward([x, y]: Point, [toX, toY]: Point): Point {
  const length = Math.hypot(toX - x, toY - y);
  const part = length === 0 ? 0 : Math.min(RADIUS, length / 2) / length;
  return [x + (toX - x) * part, y + (toY - y) * part];
}
