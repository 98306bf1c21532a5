import assert from 'node:assert/strict';
import { test } from 'node:test';
import { triggerDefinitionSchema } from '@middle/core/workflow/trigger.ts';
import { definitionOf, emptyDraft } from './trigger-draft.ts';

test('what is missing is said, one thing at a time', () => {
  const draft = emptyDraft('record', 'UTC');
  assert.equal(definitionOf(draft), 'Give it a name');
  assert.equal(definitionOf({ ...draft, name: ' N ' }), 'Choose a connection');
  const connectionId = '01938f6e-0000-7000-8000-000000000000';
  assert.equal(definitionOf({ ...draft, name: 'N', connectionId }), 'Choose a record type');
  const whole = { ...draft, name: 'N', connectionId, recordType: 'city' };
  assert.equal(definitionOf({ ...whole, events: [] }), 'Choose at least one event');
  assert.equal(typeof definitionOf(whole), 'object');
});

test('what is filled in is a definition that the API takes; empty expressions are none', () => {
  const draft = { ...emptyDraft('schedule', 'Europe/Brussels'), name: ' Daily ', discard: '  ' };
  const definition = definitionOf({ ...draft, input: { a: '1', b: ' ' } });
  assert.deepEqual(triggerDefinitionSchema.parse(definition), definition);
  assert.ok(typeof definition === 'object' && definition.kind === 'schedule');
  assert.deepEqual([definition.name, definition.discard, definition.input], ['Daily', null, { a: '1' }]);
});
