import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compile } from '../expression/check.ts';
import { evaluate } from '../expression/evaluate.ts';
import { NO_RECORD_TYPES } from '../expression/records.ts';
import type { ExpressionType } from '../expression/type.ts';
import { workflowDefinitionSchema } from '../workflow/definition.ts';
import { literal, valueProblems, withValues } from './values.ts';

function valueOf(type: ExpressionType, source: string): unknown {
  const compiled = compile(source, { scope: {}, recordTypes: NO_RECORD_TYPES, expected: type });
  assert.ok(compiled.ok, `${source}: ${JSON.stringify(compiled)}`);
  return evaluate(compiled.expression, { scope: {}, now: new Date(0), seed: '' });
}

test('the expression of a value gives that value', () => {
  const json = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), tie('value'), { maxKeys: 4 }),
    ),
  })).value;
  fc.assert(
    fc.property(json, (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      assert.deepEqual(
        JSON.parse(JSON.stringify(valueOf({ kind: 'any' }, literal({ kind: 'any' }, plain)))),
        plain,
      );
    }),
  );
});

test('dates are dates', () => {
  const type: ExpressionType = {
    kind: 'array',
    of: { kind: 'object', fields: [{ key: 'at', title: 'At', type: { kind: 'date' } }] },
  };
  assert.deepEqual(valueOf(type, literal(type, [{ at: '2026-03-01' }])), [{ at: '2026-03-01' }]);
  const moment = '2026-03-01T00:00:00.000Z';
  assert.equal(valueOf({ kind: 'datetime' }, literal({ kind: 'datetime' }, moment)), moment);
});

const limit = {
  key: 'limit',
  title: 'Limit',
  description: '',
  type: { kind: 'number' },
  required: true,
} as const;

test('values have a type, and are needed when the module has none', () => {
  const messages = (values: object) => valueProblems([limit], ['limit', 'tone'], { ...values });
  assert.deepEqual(messages({ limit: 3 }), []);
  assert.deepEqual(messages({ limit: 3, tone: 'of a feature that was not chosen' }), []);
  assert.match(messages({})[0]?.message ?? '', /is needed/);
  assert.match(messages({ limit: 'x' })[0]?.message ?? '', /must be a number/);
  assert.match(messages({ limit: 3, limits: 3 })[0]?.message ?? '', /did you mean limit/);
});

test('a value stands in place of what the variable begins with; others stay', () => {
  const variables = ['limit', 'mine'].map((key) => ({
    key,
    title: key,
    type: { kind: 'number' },
    initial: '1',
  }));
  const definition = workflowDefinitionSchema.parse({ variables });
  const initials = (values: object, preset?: number) =>
    withValues(definition, [{ ...limit, default: preset }], { ...values }).variables.map(
      (one) => one.initial,
    );
  assert.deepEqual(initials({ limit: 7 }, 5), ['7', '1']);
  assert.deepEqual(initials({}, 5), ['5', '1']);
});
