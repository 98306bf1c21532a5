import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RecordType } from '../attribute.ts';
import { evaluate } from '../expression/evaluate.ts';
import type { WorkflowInput } from './definition.ts';
import { brokenRules, compileRules, decide } from './trigger-rules.ts';
import type { CompiledRules, Decision, TriggerSight } from './trigger-rules.ts';
import { triggerDefinitionSchema } from './trigger.ts';
import type { TriggerRules } from './trigger.ts';

const CITY: RecordType = {
  key: 'city',
  title: 'City',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'name', type: 'string', title: 'Name' },
    { key: 'population', type: 'number', title: 'Population' },
    { key: 'country_id', type: 'foreign_key', references: 'country', title: 'Country' },
  ],
};
const COUNTRY: RecordType = {
  key: 'country',
  title: 'Country',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'name', type: 'string', title: 'Name' },
  ],
};
const sight: TriggerSight = {
  record: { connectionId: 'c1', recordType: 'city', recordTypes: [CITY, COUNTRY] },
};
const input = (key: string, type: WorkflowInput['type'], required = true): WorkflowInput => ({
  key,
  title: key,
  type,
  required,
  protected: false,
});
const target = {
  inputs: [
    input('city', { kind: 'record', connection: 'atlas', recordType: 'city' }),
    input('people', { kind: 'number' }, false),
  ],
  bindings: { atlas: 'c1' },
};
const NONE: TriggerRules = { input: {}, discard: null, requeue: null };

function compiled(rules: Partial<TriggerRules>): CompiledRules {
  const checked = compileRules({ ...NONE, input: { city: 'record' }, ...rules }, sight, target);
  assert.ok(checked.ok, checked.ok ? '' : JSON.stringify(checked.problems));
  return checked.rules;
}

function problems(rules: Partial<TriggerRules>, bindings: Record<string, string> = target.bindings) {
  const checked = compileRules({ ...NONE, input: { city: 'record' }, ...rules }, sight, {
    ...target,
    bindings,
  });
  return checked.ok ? [] : checked.problems;
}

function decision(rules: Partial<TriggerRules>, record: object, previous: object | null = null): Decision {
  const scope = { record, previous, event: { kind: 'updated', at: '2026-01-01T00:00:00Z' } };
  return decide(compiled(rules), (expression) =>
    evaluate(expression, { scope, now: new Date('2026-01-01T00:00:00Z'), seed: 'x' }),
  );
}

const ghent = { id: 'c', name: 'Ghent', population: 5, country_id: 'be' };

describe('the rules of a trigger', () => {
  test('discard comes first, then requeue, then the input', () => {
    const rules = { discard: 'record.population < 10', requeue: 'related(record, "country_id") == null' };
    assert.deepEqual(decision(rules, ghent), { kind: 'discard' });
    assert.deepEqual(decision(rules, { ...ghent, population: 10 }), { kind: 'requeue' });
    assert.deepEqual(decision({ input: { city: 'record', people: 'record.population * 2' } }, ghent), {
      kind: 'start',
      input: { city: ghent, people: 10 },
    });
  });

  test('what is null is no reason', () => {
    const rules = { discard: 'record.population < 10', requeue: 'record.population > previous.population' };
    assert.equal(decision(rules, { ...ghent, population: null }).kind, 'start');
    assert.equal(decision({ requeue: rules.requeue }, ghent, { ...ghent, population: 4 }).kind, 'requeue');
  });

  test('wrong expressions are found when saved, with their place and a suggestion', () => {
    const [first] = problems({ discard: 'record.popluation < 10' });
    assert.ok(first?.place === 'discard' && first.start === 7 && first.end === 17);
    assert.match(first.suggestion ?? '', /population/);
    assert.equal(problems({ discard: 'record.population' })[0]?.place, 'discard');
    assert.equal(problems({ input: { city: 'record.name' } })[0]?.place, 'input.city');
    assert.equal(problems({ input: { city: 'record', peple: '1' } })[0]?.suggestion, 'people');
    assert.match(problems({ input: {} })[0]?.message ?? '', /needs the input “city”/);
    assert.match(problems({ requeue: '((' })[0]?.place ?? '', /requeue/);
  });

  test('a record fits an input only when its connection fills the slot', () => {
    assert.deepEqual(problems({}), []);
    assert.equal(problems({}, { atlas: 'another' })[0]?.place, 'input.city');
  });

  test('a schedule sees its tick, and no record', () => {
    const clock: TriggerSight = { record: null };
    const into = { inputs: [input('at', { kind: 'datetime' })], bindings: {} };
    assert.ok(compileRules({ ...NONE, input: { at: 'event.at' } }, clock, into).ok);
    assert.ok(!compileRules({ ...NONE, input: { at: 'record.name' } }, clock, into).ok);
  });

  test('an expression that fails says where, keeps what was mapped, and whose fault it is', () => {
    const rules = compiled({ input: { city: 'record', people: 'record.population' } });
    let asked = 0;
    const failing = decide(rules, () => {
      asked += 1;
      if (asked > 1) throw new TypeError('oh');
      return ghent;
    });
    assert.deepEqual(failing, {
      kind: 'fail',
      error: { code: 'internal', message: 'input.people of the trigger: oh', fault: 'platform' },
      input: { city: ghent },
    });
  });

  test('an input that no execution may hold is refused, and not kept', () => {
    const failing = decision({}, { ...ghent, name: 'x'.repeat(1_100_000) });
    assert.ok(failing.kind === 'fail' && failing.error.code === 'execution_limit');
    assert.deepEqual(failing.input, {});
  });

  test('rules that became wrong fail each event by name', () => {
    const broken = brokenRules(problems({ discard: 'record.popluation < 10' }));
    assert.ok(broken.kind === 'fail' && broken.error.code === 'expression_invalid');
    assert.match(broken.error.message, /^discard of the trigger: /);
  });
});

describe('definitions of triggers', () => {
  test('fill in their defaults and refuse what the other kind has', () => {
    const parsed = triggerDefinitionSchema.parse({
      kind: 'record',
      name: 'n',
      connectionId: '01938f6e-0000-7000-8000-000000000000',
      recordType: 'sale',
      events: ['created'],
    });
    assert.ok(parsed.kind === 'record' && parsed.requeueAttempts === 10 && parsed.discard === null);
    const schedule = { kind: 'schedule', name: 'n', schedule: { kind: 'hourly' } };
    assert.ok(triggerDefinitionSchema.safeParse(schedule).success);
    assert.ok(!triggerDefinitionSchema.safeParse({ ...schedule, requeue: 'true' }).success);
    assert.ok(!triggerDefinitionSchema.safeParse({ ...parsed, events: [] }).success);
  });
});
