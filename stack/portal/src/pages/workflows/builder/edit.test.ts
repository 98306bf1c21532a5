import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import type { Step, WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { walk } from '@middle/core/workflow/tree.ts';
import * as fc from 'fast-check';
import { stepsFrom, textOf } from './clipboard.ts';
import {
  freshKey,
  keyFrom,
  renameIn,
  renameStep,
  renameVariable,
  repaired,
  stepKeys,
  withFreshKeys,
} from './edit-keys.ts';
import {
  canMove,
  countWithin,
  findStep,
  insert,
  move,
  nextAfterRemoval,
  remove,
  replace,
  spotBeside,
  spotOf,
  stepsIn,
  taken,
} from './edit.ts';
import { changed, historyOf, redone, undone } from './history.ts';
import { newStep } from './new-step.ts';
import { definitions, EMPTY, keysOf, spotsOf } from './testing.ts';

const sorted = (keys: readonly string[]) => [...keys].sort();
const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

test('what is made step by step is a definition that the API takes', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      assert.deepEqual(workflowDefinitionSchema.parse(definition), definition);
      assert.equal(stepKeys(definition).size, keysOf(definition).length, 'keys are unique');
    }),
  );
});

test('moving loses no step and doubles none, and puts it where it is wanted', () => {
  fc.assert(
    fc.property(definitions, fc.nat(500), fc.nat(500), (definition, which, where) => {
      const key = pick(keysOf(definition), which);
      const spot = pick(spotsOf(definition), where);
      if (key === undefined || spot === undefined) return;
      const keys = new Set([key]);
      const moved = move(definition, keys, spot);
      assert.deepEqual(sorted(keysOf(moved)), sorted(keysOf(definition)));
      assert.deepEqual(findStep(moved, key), findStep(definition, key), 'with all that is within it');
      if (!canMove(definition, keys, spot)) assert.equal(moved, definition);
      else assert.deepEqual(spotOf(moved, key)?.block, spot.block);
    }),
  );
});

test('removing takes a step with what is within it, and putting it back restores all', () => {
  fc.assert(
    fc.property(definitions, fc.nat(500), (definition, which) => {
      const key = pick(keysOf(definition), which);
      const step = key === undefined ? null : findStep(definition, key);
      const spot = key === undefined ? null : spotOf(definition, key);
      if (key === undefined || step === null || spot === null) return;
      const rest = remove(definition, new Set([key]));
      assert.equal(keysOf(rest).length, keysOf(definition).length - 1 - countWithin(step));
      assert.deepEqual(insert(rest, spot, [step]), definition);
      const next = nextAfterRemoval(definition, key);
      assert.ok(next === null || findStep(rest, next) !== null, 'what is looked at next is still there');
    }),
  );
});

test('copies have keys of their own and name each other, not the originals', () => {
  fc.assert(
    fc.property(definitions, fc.nat(500), fc.nat(500), (definition, which, where) => {
      const key = pick(keysOf(definition), which);
      const spot = pick(spotsOf(definition), where);
      if (key === undefined || spot === undefined) return;
      const steps = taken(definition, new Set([key]));
      const copies = withFreshKeys(steps, stepKeys(definition));
      const pasted = insert(definition, spot, copies);
      assert.equal(stepKeys(pasted).size, keysOf(pasted).length);
      assert.equal(keysOf(pasted).length, keysOf(definition).length + keysOf({ steps: [...copies] }).length);
      for (const old of keysOf(definition)) assert.ok(findStep(pasted, old) !== null);
    }),
  );
  const first = set('a', '1');
  const steps = [first, set('b', 'steps.a.output + steps.elsewhere.output + steps["a"].output')];
  const copies = withFreshKeys(steps, new Set(['a', 'b', 'elsewhere']));
  assert.deepEqual(
    copies.map((step) => [step.key, step.kind === 'set' ? step.value : '']),
    [
      ['a2', '1'],
      ['b2', 'steps.a2.output + steps.elsewhere.output + steps["a2"].output'],
    ],
  );
});

test('a step under another key is followed by all that name it', () => {
  const definition: WorkflowDefinition = {
    ...EMPTY,
    variables: [{ key: 'sum', title: 'Sum', type: { kind: 'number' }, initial: '0' }],
    steps: [
      set('first', '1'),
      decision('choice', 'steps.first.output > 0', [set('sum', 'steps.first.output')]),
    ],
    output: [{ key: 'out', title: 'Out', value: 'steps.first.output' }],
  };
  const renamed = renameStep(definition, 'first', 'one');
  assert.deepEqual(keysOf(renamed), ['one', 'choice', 'sum']);
  assert.ok(!JSON.stringify(renamed).includes('steps.first'));
  assert.equal(renameStep(definition, 'first', 'choice'), definition, 'a key that is taken');
  const other = renameVariable(definition, 'sum', 'total');
  assert.ok([...walk(other)].some(({ step }) => step.kind === 'set' && step.variable === 'total'));
  assert.equal(
    renameIn('x.steps.a + steps.a + "steps.a"', 'steps', 'a', 'b'),
    'x.steps.a + steps.b + "steps.a"',
  );
});

test('by keys a step goes through every place, down to the end and up again', () => {
  fc.assert(
    fc.property(definitions, fc.nat(500), (definition, which) => {
      const key = pick(keysOf(definition), which);
      if (key === undefined) return;
      let now = definition;
      const most = spotsOf(definition).length + 1;
      let steps = 0;
      for (; steps <= most; steps += 1) {
        const spot = spotBeside(now, key, 1);
        if (spot === null) break;
        const next = move(now, new Set([key]), spot);
        assert.notDeepEqual(spotOf(next, key), spotOf(now, key));
        now = next;
      }
      assert.ok(steps <= most, 'it comes to an end');
      const last = spotOf(now, key);
      assert.deepEqual(last, { block: { step: null, name: 'steps' }, index: now.steps.length - 1 });
      for (let back = 0; back < steps; back += 1) {
        const spot = spotBeside(now, key, -1);
        if (spot !== null) now = move(now, new Set([key]), spot);
      }
      assert.deepEqual(now, definition);
    }),
  );
});

test('keys are made from titles', () => {
  assert.equal(keyFrom('Notify the customer'), 'notifyTheCustomer');
  assert.equal(keyFrom('Größe & Preis'), 'groEPreis');
  assert.equal(keyFrom('  42 '), 'step');
  assert.equal(freshKey('a', new Set(['a', 'a2'])), 'a3');
  fc.assert(fc.property(fc.string(), (title) => assert.match(keyFrom(title), /^[a-z][A-Za-z0-9_]{0,62}$/)));
});

test('a definition whose keys are doubled is repaired, another one is left alone', () => {
  const doubled = {
    ...EMPTY,
    steps: [set('a', '1'), set('a', '2'), decision('a', 'true', [set('a2', '1')])],
  };
  const whole = repaired(doubled);
  assert.equal(new Set(keysOf(whole)).size, 4);
  assert.equal(keysOf(whole)[0], 'a');
  assert.equal(repaired(whole), whole);
});

test('every change can be taken back and made again', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 30 }), fc.nat(40), (values, back) => {
      let history = historyOf(-1);
      for (const [at, value] of values.entries()) history = changed(history, value, null, at);
      const all = [-1, ...values];
      for (let step = 0; step < back; step += 1) history = undone(history);
      assert.equal(history.present, all[Math.max(0, all.length - 1 - back)]);
      for (let step = 0; step < back; step += 1) history = redone(history);
      assert.equal(history.present, all.at(-1));
    }),
  );
  let typed = historyOf('');
  for (const [at, text] of ['a', 'ab', 'abc'].entries()) typed = changed(typed, text, 'title', at * 100);
  typed = changed(typed, 'abcd', 'title', 60_000);
  assert.equal(undone(typed).present, 'abc', 'a pause begins another step');
  assert.equal(undone(undone(typed)).present, '', 'what was typed in one go goes in one go');
});

test('steps go over the clipboard whole; anything else is left to others', async () => {
  const steps = [decision('d', 'true', [set('a', '1')])];
  assert.deepEqual(await stepsFrom(textOf(steps)), { kind: 'steps', steps });
  assert.deepEqual(await stepsFrom('hello'), { kind: 'other' });
  assert.deepEqual(await stepsFrom('{"steps": []}'), { kind: 'other' });
  const wrong = await stepsFrom('{"middle.steps": 1, "steps": [{"kind": "nothing"}]}');
  assert.equal(wrong.kind, 'wrong');
});

test('a step is replaced in its place, and blocks are found by their step', () => {
  const definition = { ...EMPTY, steps: [decision('d', 'true', [set('a', '1')])] };
  const other = replace(definition, 'a', set('a', '2'));
  assert.deepEqual(stepsIn(other, { step: 'd', name: 'whenTrue' }), [set('a', '2')]);
  assert.equal(stepsIn(other, { step: 'd', name: 'nothing' }), null);
  assert.equal(stepsIn(other, { step: 'x', name: 'whenTrue' }), null);
  const added = newStep(definition, { kind: 'set', title: 'A' });
  assert.equal(added.key, 'a2');
});

function set(key: string, value: string): Step {
  return { kind: 'set', key, title: key, notes: '', variable: 'sum', value, onError: null };
}

function decision(key: string, criteria: string, whenTrue: Step[]): Step {
  return { kind: 'decision', key, title: key, notes: '', criteria, whenTrue, whenFalse: [], onError: null };
}
