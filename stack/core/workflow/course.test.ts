import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Course } from './course.ts';
import type { CourseEnd, StepError, StepOutcome, Succeeded } from './course.ts';
import { workflowDefinitionSchema } from './definition.ts';
import type { Step } from './definition.ts';

const WRONG: StepError = { code: 'function_error', message: 'no', fault: 'developer' };
const WORKFLOW = '0190a000-0000-7000-8000-000000000000';

/** A step as a person would write it; keys are given afterwards, so that they are unique. */
type Draft = Record<string, unknown>;

const blocks = fc.letrec<{ step: Draft; block: Draft[]; onError: Draft[] | null }>((tie) => ({
  block: fc.array(tie('step'), { maxLength: 4, depthIdentifier: 'steps' }),
  onError: fc.option(tie('block'), { freq: 3, nil: null, depthIdentifier: 'steps' }),
  step: fc.oneof(
    { depthIdentifier: 'steps', depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('set'), variable: fc.constantFrom('v', 'w'), value: fc.constant('1') }),
    fc.record({
      kind: fc.constant('action'),
      connection: fc.constant('c'),
      action: fc.constant('a'),
      onError: tie('onError'),
    }),
    fc.record({ kind: fc.constant('call'), workflow: fc.constant(WORKFLOW), onError: tie('onError') }),
    fc.record({ kind: fc.constant('stop'), outcome: fc.constantFrom('succeeded', 'failed') }),
    fc.record({
      kind: fc.constant('decision'),
      criteria: fc.constant('true'),
      whenTrue: tie('block'),
      whenFalse: tie('block'),
      onError: tie('onError'),
    }),
    fc.record({
      kind: fc.constant('switch'),
      value: fc.constant('1'),
      cases: fc.array(
        fc.record({ title: fc.constant('Case'), equals: fc.constant(['1']), block: tie('block') }),
        { minLength: 1, maxLength: 2 },
      ),
      otherwise: tie('block'),
      onError: tie('onError'),
    }),
    fc.record({
      kind: fc.constant('each'),
      items: fc.constant('[]'),
      block: tie('block'),
      onItemError: fc.constantFrom('stop', 'continue'),
      onError: tie('onError'),
    }),
    fc.record({
      kind: fc.constant('wait'),
      until: fc.constant({ kind: 'duration', seconds: '1' }),
      onDeadline: tie('onError'),
      onError: tie('onError'),
    }),
  ),
}));

const workflows = blocks.block.map((drafts) => {
  let count = 0;
  const name = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(name);
    if (typeof value !== 'object' || value === null) return value;
    const named = Object.fromEntries(Object.entries(value).map(([key, of]) => [key, name(of)]));
    const isStep = 'kind' in named && !('seconds' in named);
    if (isStep || 'equals' in named) return { key: `s${(count += 1)}`, title: 'Step', ...named };
    return named;
  };
  return workflowDefinitionSchema.parse({ steps: name(drafts) });
});

/** What happens at a place: a function of the place alone, so that the model and the course meet the same world. */
class World {
  readonly #seed: number;
  readonly places: string[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  outcome(step: Step, place: string): StepOutcome {
    this.places.push(place);
    const roll = this.#roll(place);
    if (step.kind !== 'stop' && roll % 5 === 0)
      return { state: 'failed', error: { ...WRONG, message: place } };
    switch (step.kind) {
      case 'decision':
        return { state: 'succeeded', output: null, branch: roll % 2 === 0 ? 'whenTrue' : 'whenFalse' };
      case 'switch':
        return {
          state: 'succeeded',
          output: null,
          branch: roll % 2 === 0 ? step.cases[0]?.key : 'otherwise',
        };
      case 'wait':
        return { state: 'succeeded', output: null, branch: roll % 3 === 0 ? 'onDeadline' : undefined };
      case 'each':
        return { state: 'succeeded', output: Array.from({ length: roll % 4 }, (_, item) => item) };
      case 'action':
      case 'bulk':
      case 'call':
      case 'export':
      case 'set':
      case 'stop':
        return { state: 'succeeded', output: place };
    }
  }

  #roll(place: string): number {
    let hash = this.#seed;
    for (const letter of place) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
    return (hash ^ (hash >>> 15)) >>> 0;
  }
}

class Failed extends Error {
  readonly error: StepError;
  readonly place: string;
  constructor(error: StepError, place: string) {
    super(error.message);
    this.error = error;
    this.place = place;
  }
}
class Stopped extends Error {
  readonly end: CourseEnd;
  constructor(end: CourseEnd) {
    super('stopped');
    this.end = end;
  }
}

/** The same meaning written the plain way: blocks are calls, failures are exceptions. */
function model(steps: readonly Step[], world: World, variables: Map<string, unknown>): CourseEnd {
  const block = (list: readonly Step[], turns: readonly number[]): void => {
    for (const step of list) one(step, turns);
  };
  const one = (step: Step, turns: readonly number[]): void => {
    const place = `${step.key}${turns.map((turn) => `[${turn}]`).join('')}`;
    try {
      const outcome = world.outcome(step, place);
      if (outcome.state === 'failed') throw new Failed(outcome.error, place);
      inside(step, place, outcome, turns);
    } catch (error) {
      if (!(error instanceof Failed) || step.kind === 'stop' || step.onError === null) throw error;
      block(step.onError, turns);
    }
  };
  const inside = (
    step: Step,
    place: string,
    { output, branch }: Succeeded,
    turns: readonly number[],
  ): void => {
    if (step.kind === 'set') variables.set(step.variable, output);
    if (step.kind === 'stop') {
      const error = { code: 'execution_stopped', message: String(output), fault: 'user' } as const;
      const { outcome } = step;
      throw new Stopped({ kind: 'end', outcome, error: outcome === 'failed' ? error : null, at: place });
    }
    if (step.kind === 'decision') block(branch === 'whenTrue' ? step.whenTrue : step.whenFalse, turns);
    if (step.kind === 'switch') {
      block(step.cases.find(({ key }) => key === branch)?.block ?? step.otherwise, turns);
    }
    if (step.kind === 'wait' && branch === 'onDeadline') block(step.onDeadline ?? [], turns);
    if (step.kind === 'each' && Array.isArray(output)) {
      for (const index of output.keys()) {
        try {
          block(step.block, [...turns, index]);
        } catch (error) {
          if (!(error instanceof Failed) || step.onItemError === 'stop') throw error;
        }
      }
    }
  };
  try {
    block(steps, []);
    return { kind: 'end', outcome: 'succeeded', error: null, at: null };
  } catch (error) {
    if (error instanceof Stopped) return error.end;
    if (error instanceof Failed)
      return { kind: 'end', outcome: 'failed', error: error.error, at: error.place };
    throw error;
  }
}

/** Follows a course to its end, each step's outcome from the world or, where it is known already, from the log. */
function follow(steps: readonly Step[], world: World, log: readonly StepOutcome[] = []) {
  const course = new Course(steps, {}, { v: null, w: null });
  const outcomes: StepOutcome[] = [];
  for (;;) {
    const next = course.next();
    if (next.kind === 'end') return { end: next, outcomes, variables: course.scope().variables };
    const outcome = log[outcomes.length] ?? world.outcome(next.step, next.place);
    outcomes.push(outcome);
    course.settle(outcome);
  }
}

test('a course visits the same places in the same order as the plain meaning of its steps', () => {
  fc.assert(
    fc.property(workflows, fc.nat(), ({ steps }, seed) => {
      const world = new World(seed);
      const variables = new Map<string, unknown>([
        ['v', null],
        ['w', null],
      ]);
      const expected = model(steps, world, variables);
      const followed = new World(seed);
      const { end, variables: got } = follow(steps, followed);
      assert.deepEqual(end, expected);
      assert.deepEqual(followed.places, world.places);
      assert.equal(new Set(world.places).size, world.places.length, 'places are unique');
      assert.deepEqual(got, Object.fromEntries(variables));
    }),
    { numRuns: 500 },
  );
});

test('from any part of its log a course comes to the same end, asking only for what is missing', () => {
  fc.assert(
    fc.property(workflows, fc.nat(), fc.nat(), ({ steps }, seed, cut) => {
      const whole = follow(steps, new World(seed));
      const known = whole.outcomes.slice(0, cut % (whole.outcomes.length + 1));
      const world = new World(seed);
      const again = follow(steps, world, known);
      assert.deepEqual(again, whole);
      assert.equal(world.places.length, whole.outcomes.length - known.length);
    }),
    { numRuns: 300 },
  );
});

test('what steps gave is seen after them and within them, not after their block', () => {
  const { steps } = workflowDefinitionSchema.parse({
    steps: [
      { kind: 'action', key: 'first', title: 'First', connection: 'c', action: 'a' },
      {
        kind: 'each',
        key: 'lines',
        title: 'Lines',
        items: 'x',
        block: [{ kind: 'action', key: 'inner', title: 'Inner', connection: 'c', action: 'a' }],
      },
    ],
  });
  const course = new Course(steps, { order: 7 }, {});
  course.settle({ state: 'succeeded', output: { id: 1 } });
  course.settle({ state: 'succeeded', output: ['a', 'b'] });
  assert.deepEqual(course.scope(), {
    inputs: { order: 7 },
    variables: {},
    steps: { first: { output: { id: 1 }, error: null } },
    item: 'a',
    index: 0,
  });
  course.settle({ state: 'succeeded', output: 1 });
  const next = course.next();
  assert.equal(next.kind === 'step' ? next.place : '', 'inner[1]');
  assert.deepEqual(Object.keys(course.scope().steps), ['first']);
  course.settle({ state: 'succeeded', output: 2 });
  course.next();
  assert.deepEqual(course.scope().steps['lines'], { output: { count: 2, failed: 0 }, error: null });
});

test('a step after a handled failure sees the error', () => {
  const { steps } = workflowDefinitionSchema.parse({
    steps: [
      {
        kind: 'action',
        key: 'send',
        title: 'Send',
        connection: 'c',
        action: 'a',
        onError: [{ kind: 'set', key: 'note', title: 'Note', variable: 'v', value: 'x' }],
      },
    ],
  });
  const course = new Course(steps, {}, { v: null });
  course.settle({ state: 'failed', error: WRONG });
  assert.deepEqual(course.scope().steps, { send: { output: null, error: WRONG } });
});

test('an execution that holds too much data, or runs too many steps, ends and says so', () => {
  const each = (block: object[], key: string): object => ({
    kind: 'each',
    key,
    title: 'Each',
    items: 'x',
    block,
  });
  const set = { kind: 'set', key: 'note', title: 'Note', variable: 'v', value: 'x' };
  const { steps } = workflowDefinitionSchema.parse({ steps: [each([each([set], 'inner')], 'outer')] });
  const endless = new Course(steps, {}, { v: null });
  let runs = 0;
  for (let next = endless.next(); next.kind === 'step'; next = endless.next()) {
    runs += 1;
    endless.settle({ state: 'succeeded', output: next.step.kind === 'each' ? Array(1_000).fill(0) : 1 });
  }
  assert.equal(runs, 10_000);
  const end = endless.next();
  assert.deepEqual(end.kind === 'end' ? [end.outcome, end.error?.code] : [], ['failed', 'execution_limit']);

  const heavy = new Course(workflowDefinitionSchema.parse({ steps: [set] }).steps, {}, { v: null });
  heavy.settle({ state: 'succeeded', output: 'x'.repeat(1_100_000) });
  const over = heavy.next();
  assert.match(over.kind === 'end' ? (over.error?.message ?? '') : '', /holds 1,1\d\d,\d\d\d bytes/);
});
