import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { BEGIN, END, gapId, gapNear, GAP_SIZE, layoutOf, pathOf, stepId } from './layout.ts';
import type { LaidNode } from './layout.ts';
import { neighbour } from './steer.ts';
import { definitions, EMPTY, keysOf, spotsOf } from './testing.ts';

const HEIGHT = 60;

test('every step has one place, overlaps nothing and is within the drawing', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const { nodes, width, height } = layoutOf(definition, HEIGHT);
      const steps = nodes.flatMap((node) => (node.kind === 'step' ? [node.step.key] : []));
      assert.deepEqual([...steps].sort(), [...keysOf(definition)].sort());
      assert.equal(new Set(nodes.map(({ id }) => id)).size, nodes.length);
      for (const [index, node] of nodes.entries()) {
        assert.ok(node.x >= 0 && node.x + node.width <= width, `${node.id} across`);
        assert.ok(node.y >= 0 && node.y + node.height <= height, `${node.id} down`);
        for (const other of nodes.slice(index + 1)) {
          assert.ok(!overlap(node, other), `${node.id} and ${other.id}`);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('there is a gap wherever a step can be put, but behind a stop', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const gaps = new Set(
        layoutOf(definition, HEIGHT).nodes.flatMap(({ kind, id }) => (kind === 'gap' ? [id] : [])),
      );
      const spots = spotsOf(definition).map((spot) => gapId(spot));
      for (const id of gaps) assert.ok(spots.includes(id), id);
      assert.ok(gaps.size > 0 && gaps.size <= spots.length);
    }),
    { numRuns: 60 },
  );
});

test('the keys reach every step from the beginning', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const layout = layoutOf(definition, HEIGHT);
      const seen = new Set([BEGIN]);
      for (const id of seen) {
        for (const direction of ['up', 'down', 'left', 'right'] as const) {
          const next = neighbour(definition, layout, id, direction);
          if (next !== null) seen.add(next);
        }
      }
      for (const key of keysOf(definition)) assert.ok(seen.has(stepId(key)), key);
      let at: string | null = BEGIN;
      for (let step = 0; at !== END && at !== null; step += 1) {
        // Each step at most once, and the empty branch below it.
        assert.ok(step <= 2 * keysOf(definition).length + 2, 'down leads to the end');
        at = neighbour(definition, layout, at, 'down');
      }
    }),
    { numRuns: 60 },
  );
});

test('a point near a gap is in that gap, one in the wide is in none', () => {
  const layout = layoutOf(EMPTY, HEIGHT);
  const gap = layout.nodes.find(({ kind }) => kind === 'gap');
  assert.ok(gap !== undefined);
  const middle = [gap.x + GAP_SIZE / 2 + 20, gap.y] as const;
  assert.deepEqual(gapNear(layout, middle, 60), { block: { step: null, name: 'steps' }, index: 0 });
  assert.equal(gapNear(layout, [5_000, 5_000], 60), null);
});

test('lines have round corners', () => {
  assert.equal(
    pathOf([
      [0, 0],
      [0, 20],
    ]),
    'M0 0L0 20',
  );
  assert.match(
    pathOf([
      [0, 0],
      [0, 20],
      [40, 20],
    ]),
    /^M0 0L0 12Q0 20 8 20L40 20$/,
  );
});

function overlap(a: LaidNode, b: LaidNode): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
