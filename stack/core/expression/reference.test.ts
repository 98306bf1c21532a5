import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { compile } from './check.ts';
import { expressionReference } from './reference.ts';
import type { ExpressionType } from './type.ts';
import { ANY } from './types.ts';

test('docs/expressions.md is what the catalogue says; else run `npm run expression-reference`', async () => {
  const page = await readFile(new URL('../../../docs/expressions.md', import.meta.url), 'utf8');
  assert.equal(page, expressionReference());
});

test('the examples of its introduction compile', () => {
  const attribute = (key: string, type: 'string' | 'number' | 'iso_date') => ({ key, title: key, type });
  const city = {
    key: 'city',
    title: 'City',
    attributes: [
      { key: 'id', title: 'Id', type: 'primary_id' as const },
      attribute('name', 'string'),
      attribute('population', 'number'),
      attribute('founded', 'iso_date'),
      { key: 'country_id', title: 'Country', type: 'foreign_key' as const, references: 'country' },
    ],
  };
  const named = { key: 'id', title: 'Id', type: 'primary_id' as const };
  const country = { key: 'country', title: 'Country', attributes: [named, attribute('name', 'string')] };
  const flight = {
    key: 'flight',
    title: 'Flight',
    attributes: [
      named,
      attribute('delay', 'number'),
      { key: 'to', title: 'To', type: 'foreign_key' as const, references: 'city' },
    ],
  };
  const record: ExpressionType = { kind: 'record', connection: 'atlas', recordType: 'city' };
  const [, block = ''] = expressionReference().split('```');
  const examples = block.trim().split('\n');
  assert.equal(examples.length, 5);
  for (const source of examples) {
    const compiled = compile(source, {
      scope: { record, inputs: ANY },
      recordTypes: { of: () => [city, country, flight] },
    });
    assert.deepEqual(compiled.ok ? [] : compiled.problems, [], source);
  }
});
