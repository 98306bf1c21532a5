import assert from 'node:assert/strict';
import { SourceMap } from 'node:module';
import { test } from 'node:test';
import type { PackageFunction } from '../package/check.ts';
import { bundlePackage } from './bundle.ts';
import { splitSourceMap } from './source-map.ts';

const text = new TextEncoder();

async function bundle(files: Record<string, string>): ReturnType<typeof bundlePackage> {
  const functions = Object.keys(files).flatMap((file): PackageFunction[] => {
    const [, key, extension] = /^functions\/(.+)\.(ts|js|py)$/.exec(file) ?? [];
    if (key === undefined) return [];
    return [{ key, file, kind: 'sync', engine: extension === 'py' ? 'python' : 'javascript' }];
  });
  return bundlePackage(
    new Map(Object.entries(files).map(([path, content]) => [path, text.encode(content)])),
    functions,
  );
}

function run(code: string | undefined): unknown {
  const module: { exports: { default?: () => unknown } } = { exports: {} };
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call -- the test's own code
  new Function('module', 'exports', code ?? '')(module, module.exports);
  return module.exports.default?.();
}

test('functions are bundled with shared code to one CommonJS file each', async () => {
  const { bundles, problems } = await bundle({
    'functions/a.ts': `import type { SyncContext } from '@middle/sdk';
      import { double } from '../packages/maths.js';
      import config from './config.json';
      export default (ctx: SyncContext): number => double(config.n);`,
    'functions/b.js': `module.exports = () => 'b';`,
    'functions/config.json': '{ "n": 21 }',
    'packages/maths/index.ts': '',
    'packages/maths.ts': 'export const double = (n: number): number => n * 2;',
  });
  assert.deepEqual(problems, []);
  const [a, b] = bundles;
  assert.equal(run(a?.code), 42);
  assert.equal(run(b?.code), 'b');
});

test('the same package gives the same digest', async () => {
  const files = { 'functions/a.ts': 'export default () => 1;' };
  const [one, two] = [await bundle(files), await bundle(files)];
  assert.equal(one.bundles[0]?.digest, two.bundles[0]?.digest);
});

test('nothing outside the package can be imported; every attempt is told with its line', async () => {
  const { bundles, problems } = await bundle({
    'functions/a.ts': [
      `import { readFileSync } from 'node:fs';`,
      `import path from 'path';`,
      `import s from '/etc/passwd' with { type: 'text' };`,
      `import t from '../../outside.ts';`,
      `import u from 'https://example.com/x.js';`,
      `import v from 'npm:left-pad';`,
      `import w from 'lodash';`,
      `import x from './mising.ts';`,
      `import y from 'data:text/javascript,export default 1';`,
      `import z from 'file:///etc/passwd';`,
      `import m from '../middle.app.yaml';`,
      `import n from './missing.json' with { type: 'text' };`,
      `export default () => [readFileSync, path, s, t, u, v, w, x, y, z, m, n];`,
    ].join('\n'),
    'functions/missing.json': '1',
    'middle.app.yaml': '',
  });
  assert.deepEqual(bundles, []);
  assert.deepEqual(
    problems
      .map(({ file, line, column, code }) => `${file}:${String(line)}:${String(column)} ${code}`)
      .toSorted(),
    [
      'functions/a.ts:10:15 import_network',
      'functions/a.ts:11:15 import_kind',
      'functions/a.ts:12:15 import_kind',
      'functions/a.ts:1:30 import_builtin',
      'functions/a.ts:2:18 import_builtin',
      'functions/a.ts:3:15 import_kind',
      'functions/a.ts:4:15 import_outside',
      'functions/a.ts:5:15 import_network',
      'functions/a.ts:6:15 import_network',
      'functions/a.ts:7:15 import_package',
      'functions/a.ts:8:15 import_missing',
      'functions/a.ts:9:15 import_network',
    ].toSorted(),
  );
  assert.ok(problems.every((one) => one.hint !== undefined || one.code === 'import_kind'));
});

test('syntax errors and Python are told together', async () => {
  const { problems } = await bundle({
    'functions/a.ts': 'export default () => {\n  const = 1;\n};',
    'functions/c.py': 'def c(ctx): pass',
  });
  const told = problems.map(({ file, line, code }) => `${file}:${String(line)} ${code}`);
  assert.deepEqual(told.toSorted(), ['functions/a.ts:2 syntax', 'functions/c.py:1 engine_unavailable']);
});

test('a function needs a default export', async () => {
  const { problems } = await bundle({ 'functions/b.ts': 'export const named = 1;' });
  assert.deepEqual(
    problems.map(({ file, code }) => `${file} ${code}`),
    ['functions/b.ts function_no_default'],
  );
});

test('an import with a computed name never becomes a real import', async () => {
  const { bundles } = await bundle({
    'functions/a.ts': 'export default async (ctx: { x: string }) => import(ctx.x);',
  });
  assert.ok(!/\bimport\(/.test(splitSourceMap(bundles[0]?.code ?? '').code));
});

test('the source map leads back to the file and line of the author', async () => {
  const { bundles } = await bundle({
    'functions/a.ts': `import { fail } from '../packages/fail.ts';\nexport default () => fail();`,
    'packages/fail.ts': `// one\n// two\nexport const fail = (): never => {\n  throw new Error('here');\n};`,
  });
  const { code, map } = splitSourceMap(bundles[0]?.code ?? '');
  const line = code.split('\n').findIndex((one) => one.includes('new Error('));
  const column = code.split('\n')[line]?.indexOf('new Error') ?? 0;
  const entry = new SourceMap(JSON.parse(map ?? '{}')).findEntry(line, column);
  assert.ok('originalSource' in entry);
  assert.equal(entry.originalSource, 'app:packages/fail.ts');
  assert.equal(entry.originalLine, 3);
});
