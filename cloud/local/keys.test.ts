import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { MiddleError } from '@middle/core/errors.ts';
import * as fc from 'fast-check';
import { createKeyFile, localKeys, rotateKeyFile } from './keys.ts';

let folder: string;
let file: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'keys-'));
  file = path.join(folder, 'stack.key');
  await createKeyFile(file);
});
after(() => rm(folder, { recursive: true }));

const unsealingFailed = (error: unknown): boolean =>
  error instanceof MiddleError && error.code === 'unsealing_failed';
const bytes = fc.uint8Array({ maxLength: 300 });

test('what was sealed opens in the same context', async () => {
  const keys = localKeys({ file });
  await fc.assert(
    fc.asyncProperty(bytes, fc.string(), async (plain, context) => {
      assert.deepEqual(new Uint8Array(await keys.open(await keys.seal(plain, context), context)), plain);
    }),
  );
});

test('a changed byte, another context or another length does not open', async () => {
  const keys = localKeys({ file });
  await fc.assert(
    fc.asyncProperty(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), async (plain, at, flip) => {
      const sealed = await keys.seal(plain, 'connection:1');
      const changed = Uint8Array.from(sealed, (byte, index) =>
        index === at % sealed.length ? byte ^ flip : byte,
      );
      await assert.rejects(keys.open(changed, 'connection:1'), unsealingFailed);
      await assert.rejects(keys.open(sealed, 'connection:2'), unsealingFailed);
      await assert.rejects(
        keys.open(sealed.subarray(0, at % sealed.length), 'connection:1'),
        unsealingFailed,
      );
    }),
  );
});

test('sealing the same value twice gives different bytes, and none of them holds the value', async () => {
  const keys = localKeys({ file });
  const plain = Buffer.from('a secret of some length');
  const [one, two] = [await keys.seal(plain, 'c'), await keys.seal(plain, 'c')];
  assert.notDeepEqual(one, two);
  assert.equal(Buffer.from(one).includes(plain), false);
});

test('after a rotation old values open, new ones use the new version, and signatures stay the same', async () => {
  const keys = localKeys({ file });
  const signing = await keys.derive('invocation-token');
  const old = await keys.seal(Buffer.from('old'), 'c');
  const version = await rotateKeyFile(file);
  const rotated = localKeys({ file });
  const fresh = await rotated.seal(Buffer.from('new'), 'c');
  assert.equal(Buffer.from(fresh).readUInt32BE(1), version);
  assert.equal(Buffer.from(await rotated.open(old, 'c')).toString(), 'old');
  // A process that read the file before the rotation looks again when it meets a version it doesn't know.
  assert.equal(Buffer.from(await keys.open(fresh, 'c')).toString(), 'new');
  assert.deepEqual(await rotated.derive('invocation-token'), signing);
});

test('another stack opens nothing, and derives other keys', async () => {
  const other = path.join(folder, 'other.key');
  await createKeyFile(other);
  const [ours, theirs] = [localKeys({ file }), localKeys({ file: other })];
  await assert.rejects(theirs.open(await ours.seal(Buffer.from('x'), 'c'), 'c'), unsealingFailed);
  assert.notDeepEqual(await ours.derive('p'), await theirs.derive('p'));
  assert.notDeepEqual(await ours.derive('p'), await ours.derive('q'));
});

test('the file is for its owner only; a missing one says which backup to restore', async () => {
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await assert.rejects(
    localKeys({ file: path.join(folder, 'none') }).seal(new Uint8Array(), 'c'),
    unsealingFailed,
  );
});
