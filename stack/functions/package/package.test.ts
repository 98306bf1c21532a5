import assert from 'node:assert/strict';
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { MiddleError } from '@middle/core/errors.ts';
import * as fc from 'fast-check';
import { zipSync } from 'fflate';
import { checkPackage } from './check.ts';
import { packageDigest, pathProblem } from './files.ts';
import { readPackageFolder } from './folder.ts';
import { manifestJsonSchema } from './json-schema.ts';
import { readZip, writeZip } from './zip.ts';

const text = new TextEncoder();

const MANIFEST = `key: shop
name: Shop
version: "1.0.0"
recordTypes:
  - key: sale
    title: Sale
    attributes:
      - { key: id, type: primary_id, title: Id }
syncs:
  - key: recent
    recordType: sale
    kind: recent
    function: recent-sales
    every: 15m
`;

function packageOf(files: Record<string, string>): Map<string, Uint8Array> {
  return new Map(Object.entries(files).map(([path, content]) => [path, text.encode(content)]));
}

function codes(files: Record<string, string>): string[] {
  return checkPackage(packageOf({ 'middle.app.yaml': MANIFEST, ...files })).problems.map((one) => one.code);
}

function digest(files: Record<string, string>): string {
  return packageDigest(packageOf(files));
}

function refused(bytes: Uint8Array, reason: RegExp): void {
  assert.throws(() => readZip(bytes), reason);
}

test('a right package has its manifest, its functions and no problem', () => {
  const check = checkPackage(packageOf({ 'middle.app.yaml': MANIFEST, 'functions/recent-sales.ts': '' }));
  assert.deepEqual(check.problems, []);
  assert.deepEqual(check.functions, [
    { key: 'recent-sales', file: 'functions/recent-sales.ts', kind: 'sync', engine: 'javascript' },
  ]);
});

test('each problem has the line and column of its value, or of its key', () => {
  const wrong = MANIFEST.replace('version: "1.0.0"', 'version: 1.0\niconColour: red')
    .replace('type: primary_id', 'type: primary')
    .replace('every: 15m', 'every: 15 minutes');
  const { problems } = checkPackage(packageOf({ 'middle.app.yaml': wrong }));
  const found = problems.map(({ line, column, code }) => `${String(line)}:${String(column)} ${code}`);
  assert.deepEqual(
    found.toSorted(),
    ['3:10 invalid_type', '4:1 unknown_key', '9:26 invalid_value', '15:12 invalid_format'].toSorted(),
  );
});

test('YAML that does not parse is told with its line', () => {
  const { problems } = checkPackage(packageOf({ 'middle.app.yaml': 'key: shop\nname: "Shop\nversion: 1' }));
  assert.equal(problems[0]?.code, 'yaml');
  assert.ok(problems[0].line >= 2);
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: &c [${'*b,'.repeat(9)}*b]\nd: [${'*c,'.repeat(9)}*c]\n`;
  assert.equal(checkPackage(packageOf({ 'middle.app.yaml': bomb })).problems[0]?.code, 'yaml');
  assert.equal(
    checkPackage(new Map([['middle.app.yaml', new Uint8Array([0xff, 0xfe])]])).problems[0]?.code,
    'encoding',
  );
  assert.equal(checkPackage(new Map()).problems[0]?.code, 'manifest_missing');
});

test('files are matched with the manifest', () => {
  assert.deepEqual(codes({ 'functions/recent-sale.ts': '' }), ['function_missing', 'function_unused']);
  assert.deepEqual(codes({ 'functions/recent-sales.ts': '', 'functions/recent-sales.js': '' }), [
    'function_ambiguous',
    'function_unused',
    'function_unused',
  ]);
  assert.deepEqual(codes({ 'functions/recent-sales.ts': '', '../evil.ts': '' }), ['path']);
  assert.deepEqual(codes({ 'functions/recent-sales.ts': '', 'A.md': '', 'a.md': '' }), ['path']);
});

test('any text as a manifest is checked without throwing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (source) => {
      assert.equal(checkPackage(packageOf({ 'middle.app.yaml': source })).manifest, null);
    }),
  );
});

test('the digest depends on every path and byte, and not on the order', () => {
  assert.equal(digest({ a: '1', b: '2' }), digest({ b: '2', a: '1' }));
  assert.notEqual(digest({ a: '1', b: '2' }), digest({ a: '12', b: '' }));
  assert.notEqual(digest({ ab: '1' }), digest({ a: 'b1' }));
});

test('a package survives a zip, the same files give the same bytes', () => {
  const files = packageOf({
    'middle.app.yaml': MANIFEST,
    'functions/a.ts': 'x'.repeat(5000),
    'tests/é.yaml': '',
  });
  const zipped = writeZip(files);
  assert.deepEqual(writeZip(new Map([...files].toReversed())), zipped);
  assert.equal(packageDigest(readZip(zipped)), packageDigest(files));
  const nested = zipSync({ 'shop/middle.app.yaml': text.encode(MANIFEST), '__MACOSX/x': text.encode('') });
  assert.deepEqual([...readZip(nested).keys()], ['middle.app.yaml']);
});

test('hostile zips are refused', () => {
  refused(text.encode('not a zip'), /not a zip/);
  refused(zipSync({ 'a/../../evil': text.encode('x') }), /leaves the package/);
  refused(zipSync({ '/etc/passwd': text.encode('x') }), /absolute|empty part/);
  refused(zipSync({ 'a\\b': text.encode('x') }), /characters/);
  refused(zipSync({ bomb: new Uint8Array(3_000_000) }), /at most/);
  refused(
    zipSync(
      Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`f${String(n)}`, new Uint8Array(1_000_000)])),
    ),
    /unpacks to/,
  );
  refused(zipSync({ link: [text.encode('/etc/passwd'), { os: 3, attrs: 0o120_777 << 16 }] }), /link/);

  const lying = Buffer.from(zipSync({ file: new Uint8Array(900_000) }));
  const central = lying.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  lying.writeUInt32LE(10, central + 24);
  refused(lying, /larger than it says/);

  const damaged = Buffer.from(zipSync({ file: [text.encode('hello hello'), { level: 0 }] }));
  damaged.writeUInt8(0x21, damaged.indexOf('hello'));
  refused(damaged, /damaged/);
});

test('bytes that are no zip never do harm', () => {
  const whole = Buffer.from(zipSync({ file: deflateRawSync(Buffer.alloc(100)) }));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const changed = Buffer.from(whole);
      changed.writeUInt8(value, at);
      try {
        readZip(changed);
      } catch (error) {
        assert.ok(error instanceof MiddleError && error.code === 'package_invalid');
      }
    }),
  );
});

test('paths are relative, below the package, and storable everywhere', () => {
  for (const path of ['a', 'functions/a.ts', 'tests/é b.yaml']) assert.equal(pathProblem(path), null);
  for (const path of ['', '/a', '../a', 'a/../b', 'a//b', './a', 'C:/a', 'a\\b', 'a\0b', 'a?'])
    assert.notEqual(pathProblem(path), null);
});

test('a folder is read without hidden files, and a link in it is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'middle-package-'));
  try {
    await mkdir(join(folder, 'functions'));
    await mkdir(join(folder, '.git'));
    await writeFile(join(folder, 'middle.app.yaml'), MANIFEST);
    await writeFile(join(folder, 'functions/a.ts'), '1');
    await writeFile(join(folder, '.git/config'), 'x');
    assert.deepEqual([...(await readPackageFolder(folder)).keys()], ['functions/a.ts', 'middle.app.yaml']);
    await symlink('/etc/passwd', join(folder, 'functions/b.ts'));
    await assert.rejects(readPackageFolder(folder), /is a link/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the published JSON Schema is up to date', async () => {
  const published = await readFile(new URL('../../../sdk/middle.app.schema.json', import.meta.url), 'utf8');
  assert.equal(published, manifestJsonSchema(), 'run node scripts/manifest-schema.ts');
});
