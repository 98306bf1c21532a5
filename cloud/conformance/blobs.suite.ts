import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { BLOB_LIMITS } from '../ports/blobs.ts';
import type { Blobs, ByteRange } from '../ports/blobs.ts';

export interface BlobsWorld extends AsyncDisposable {
  readonly blobs: Blobs;
}

/** What every Blobs adapter guarantees. */
export function testBlobs(name: string, setup: () => Promise<BlobsWorld>): void {
  describe(`blobs: ${name}`, () => {
    let world: BlobsWorld;
    before(async () => {
      world = await setup();
    });
    after(async () => {
      await world[Symbol.asyncDispose]();
    });

    const put = (blob: string, ...texts: string[]) => world.blobs.put(blob, chunks(texts));
    const read = async (blob: string, range?: ByteRange): Promise<string | null> => {
      const found = await world.blobs.get(blob, range);
      return found === null ? null : Buffer.concat(await found.content.toArray()).toString();
    };
    const listed = async (prefix: string, limit: number): Promise<string[]> => {
      const names: string[] = [];
      let cursor: string | undefined;
      for (;;) {
        const page = await world.blobs.list({ prefix, limit, after: cursor });
        names.push(...page.blobs.map((blob) => blob.name));
        if (page.next === null) return names;
        cursor = page.next;
      }
    };

    test('what is put is read back, with its size and its SHA-256', async () => {
      const sha256 = createHash('sha256').update('grüße, 世界').digest('hex');
      assert.deepEqual(await put('read/one.csv', 'grüße, ', '世界'), { bytes: 15, sha256 });
      assert.equal(await read('read/one.csv'), 'grüße, 世界');
      assert.equal((await put('read/empty')).bytes, 0);
      assert.equal(await read('read/empty'), '');
      assert.equal(await read('read/none'), null);
    });

    test('a range gives its bytes, and none beyond the end', async () => {
      await put('range', '0123456789');
      const cases: [number, number, string][] = [
        [0, 1, '0'],
        [3, 7, '3456'],
        [8, 99, '89'],
        [10, 99, ''],
        [50, 99, ''],
        [4, 4, ''],
      ];
      for (const [start, end, expected] of cases) {
        assert.equal(await read('range', { start, end }), expected, `${start} to ${end}`);
      }
      const found = await world.blobs.get('range', { start: 2, end: 3 });
      assert.equal(found?.bytes, 10);
      found?.content.destroy();
    });

    test('nothing is visible before the content is complete', async () => {
      const reached = Promise.withResolvers<undefined>();
      const go = Promise.withResolvers<undefined>();
      await put('slow/a', 'before');
      async function* slowly(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('af');
        reached.resolve(undefined);
        await go.promise;
        yield Buffer.from('ter');
      }
      const writes = ['slow/a', 'slow/b'].map((blob) => world.blobs.put(blob, slowly()));
      await reached.promise;
      assert.deepEqual(await listed('slow/', 10), ['slow/a']);
      assert.equal(await read('slow/a'), 'before');
      go.resolve(undefined);
      await Promise.all(writes);
      assert.equal(await read('slow/a'), 'after');
      assert.equal(await read('slow/b'), 'after');
    });

    test('a content that fails, and one that is aborted, change nothing', async () => {
      await put('failed', 'before');
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('half');
        await Promise.resolve();
        throw new Error('the source broke');
      }
      await assert.rejects(world.blobs.put('failed', failing()), /the source broke/);
      const abort = new AbortController();
      async function* aborted(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('half');
        await Promise.resolve();
        abort.abort(new Error('cancelled'));
        yield Buffer.from('rest');
      }
      await assert.rejects(world.blobs.put('failed', aborted(), { signal: abort.signal }), /cancelled/);
      assert.equal(await read('failed'), 'before');
    });

    test('what is being read stays whole when its name is deleted or replaced', async () => {
      await put('kept', 'x'.repeat(300_000));
      const first = await world.blobs.get('kept');
      await put('kept', 'new');
      const second = await world.blobs.get('kept');
      await world.blobs.delete('kept');
      await world.blobs.delete('kept');
      assert.equal(Buffer.concat((await first?.content.toArray()) ?? []).length, 300_000);
      assert.equal(Buffer.concat((await second?.content.toArray()) ?? []).toString(), 'new');
      assert.equal(await read('kept'), null);
    });

    test('pages list every name of a prefix once, in order', async () => {
      const names = ['list/a', 'list/a.b', 'list/a/b', 'list/b-1', 'list/b/c/d', 'list/b_1', 'list/z'];
      for (const blob of names.toReversed()) await put(blob, blob);
      await put('listen', '');
      for (const limit of [1, 2, 3, 7, 100]) assert.deepEqual(await listed('list/', limit), names.toSorted());
      assert.deepEqual(await listed('list/b', 100), ['list/b-1', 'list/b/c/d', 'list/b_1']);
      assert.deepEqual(await listed('nowhere/', 100), []);
    });

    test('names that could lead elsewhere, and those beyond the limit, are refused', async () => {
      const long = 'x'.repeat(BLOB_LIMITS.nameLength);
      await put(long, 'long');
      assert.equal(await read(long), 'long');
      for (const bad of [
        '',
        '.',
        '..',
        '../x',
        'a/../b',
        '/a',
        'a//b',
        'a/',
        'A',
        'a\\b',
        'a+b',
        'a\0',
        `${long}x`,
      ]) {
        await assert.rejects(put(bad, 'x'), { code: 'blob_limit' }, bad);
        await assert.rejects(world.blobs.get(bad), { code: 'blob_limit' }, bad);
        await assert.rejects(world.blobs.delete(bad), { code: 'blob_limit' }, bad);
      }
    });
  });
}

async function* chunks(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    await Promise.resolve();
    yield Buffer.from(text);
  }
}
