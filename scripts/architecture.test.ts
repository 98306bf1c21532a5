import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findViolations } from './architecture-rules.ts';

const violationsOf = (file: string, code: string): readonly string[] =>
  findViolations(new Map([[file, code]])).map(({ line, message }) => `${line}: ${message}`);

test('a room may use only the rooms it is given', () => {
  assert.deepEqual(violationsOf('stack/core/a.ts', "import type { B } from '@middle/store/b.ts';"), [
    '1: stack/core may not use stack/store',
  ]);
  assert.deepEqual(violationsOf('stack/portal/src/a.tsx', "export { b } from '@middle/api/b.ts';"), [
    '1: stack/portal may not use stack/api',
  ]);
  assert.deepEqual(violationsOf('cloud/ports/queue.ts', "\nimport { x } from '../local/x.ts';"), [
    '2: cloud/ports may not use cloud/local',
  ]);
  assert.deepEqual(violationsOf('fleet/core/plan.ts', 'Date.now();'), [
    '1: a pure room may not use Date.now',
  ]);
});

test('only main.ts, tests and benchmarks choose a world', () => {
  const code = "const { localQueues } = await import('@middle/cloud/local/queue.ts');";
  assert.deepEqual(violationsOf('stack/worker/intake/intake.ts', code), [
    '1: stack/worker may not use cloud/local',
  ]);
  for (const file of ['stack/worker/main.ts', 'stack/worker/intake/intake.test.ts', 'bench/ingest.ts']) {
    assert.deepEqual(violationsOf(file, code), []);
  }
});

test('a pure room has no clock, no environment, no randomness, no I/O', () => {
  const impure = [
    "import fs from 'node:fs';",
    'export const now = (): Date => new Date();',
    'export const luck = (): number => Math.random();',
    "export const home = process.env['HOME'];",
    "export const got = fetch('http://x');",
    'export const since = (): number => performance.now();',
    "export const say = (): void => console.log('x');",
    "import { setTimeout } from 'node:timers/promises';",
    "export const late = () => import('node:fs');",
    "export { readFile } from 'node:fs/promises';",
  ];
  for (const code of impure) assert.equal(violationsOf('stack/core/a.ts', code).length, 1, code);
  assert.deepEqual(violationsOf('stack/core/a.ts', 'export const day = new Date(0);'), []);
});

test('packages stay in their rooms', () => {
  assert.deepEqual(violationsOf('stack/worker/a.ts', "import { SQSClient } from '@aws-sdk/client-sqs';"), [
    '1: "@aws-sdk/client-sqs": only cloud/aws, infra and fleet/provision/aws know AWS',
  ]);
});
