import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { testBlobs } from '../../conformance/blobs.suite.ts';
import { localBlobs, removeHalfBlobs } from './blobs.ts';

async function testFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'middle-blobs-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

testBlobs('files', async () => {
  const made = await testFolder();
  return { blobs: await localBlobs(made), [Symbol.asyncDispose]: made[Symbol.asyncDispose] };
});

test('a failed content leaves no file; what a killed writer left is cleared, and nothing else', async () => {
  await using made = await testFolder();
  const half = path.join(made.folder, 'half');
  const blobs = await localBlobs(made);
  async function* content(fail: boolean): AsyncGenerator<Uint8Array> {
    yield Buffer.from('one');
    // As a killed writer leaves it: the file is there, its content is not complete.
    assert.equal((await readdir(half)).length, 1);
    if (fail) throw new Error('broken');
  }
  await assert.rejects(blobs.put('a', content(true)), /broken/);
  assert.deepEqual(await readdir(half), []);
  await blobs.put('a', content(false));

  const never = Promise.withResolvers<undefined>();
  const begun = Promise.withResolvers<undefined>();
  async function* stuck(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('one');
    begun.resolve(undefined);
    await never.promise;
  }
  const writing = blobs.put('b', stuck());
  await begun.promise;
  await removeHalfBlobs(made);
  never.resolve(undefined);
  await assert.rejects(writing, { code: 'ENOENT' });
  const again = await localBlobs(made);
  const { blobs: there } = await again.list({ prefix: '', limit: 10 });
  assert.deepEqual(
    there.map(({ name, bytes }) => ({ name, bytes })),
    [{ name: 'a', bytes: 3 }],
  );
});
