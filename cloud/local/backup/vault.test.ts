import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { localBlobs } from '../blobs/blobs.ts';
import { open, seal } from './sealed.ts';
import { createVault, keyCheck, readAll } from './vault.ts';

const KEY = Buffer.alloc(32, 7);
const OTHER = Buffer.alloc(32, 8);
const CHUNK = 64 * 1024;
const HEADER = 36;

async function* parts(all: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* all;
}

const sealed = (plain: Uint8Array, name = 'a'): Promise<Buffer> => readAll(seal(KEY, name, parts([plain])));
const opened = (bytes: Uint8Array, name = 'a', key = KEY): Promise<Buffer> =>
  readAll(open(key, name, parts([bytes])));

describe('a sealed stream', () => {
  test('opens as it was, whatever its length and however it is cut', async () => {
    const sizes = fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.constantFrom(CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5),
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 70_000 }), async (size, cut) => {
        const plain = Buffer.alloc(size, 'some bytes');
        const bytes = await sealed(plain);
        const cuts = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, at) =>
          bytes.subarray(at * cut, (at + 1) * cut),
        );
        assert.ok((await readAll(open(KEY, 'a', parts(cuts)))).equals(plain));
      }),
      { numRuns: 60 },
    );
  });

  test('does not open when anything of it was changed or cut off, by another key, or under another name', async () => {
    const bytes = await sealed(Buffer.alloc(2 * CHUNK + 100, 1));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ by;
        await assert.rejects(opened(changed), { code: 'backup_damaged' });
        await assert.rejects(opened(bytes.subarray(0, at)), { code: 'backup_damaged' });
      }),
      { numRuns: 60 },
    );
    await assert.rejects(opened(bytes, 'b'), { code: 'backup_damaged' });
    await assert.rejects(opened(bytes, 'a', OTHER), { code: 'backup_damaged' });
  });

  test('does not open when chunks were swapped, doubled, left out or come from another stream', async () => {
    const plain = Buffer.concat([Buffer.alloc(CHUNK, 1), Buffer.alloc(CHUNK, 2), Buffer.alloc(9, 3)]);
    const [one, other] = [await sealed(plain), await sealed(plain)];
    const split = (bytes: Buffer): Buffer[] => [
      bytes.subarray(0, HEADER),
      bytes.subarray(HEADER, HEADER + CHUNK + 16),
      bytes.subarray(HEADER + CHUNK + 16, HEADER + 2 * (CHUNK + 16)),
      bytes.subarray(HEADER + 2 * (CHUNK + 16)),
    ];
    const [head, first, second, last] = split(one);
    assert.ok(head && first && second && last);
    const foreign = split(other)[1];
    assert.ok(foreign);
    for (const wrong of [
      [head, second, first, last],
      [head, first, first, second, last],
      [head, first, last],
      [head, first, second],
      [head, foreign, second, last],
      [head],
    ])
      await assert.rejects(opened(Buffer.concat(wrong)), { code: 'backup_damaged' });
  });
});

describe('a vault', () => {
  test('gives back what was put, smaller and unreadable without the key', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'middle-vault-'));
    try {
      const vault = createVault(await localBlobs({ folder }), KEY);
      const plain = Buffer.alloc(1_000_000, 'a text that repeats. ');
      const { bytes, sha256 } = await vault.put('wal/one', [plain.subarray(0, 10), plain.subarray(10)]);
      assert.ok(bytes < 10_000);
      assert.ok((await readAll(vault.get('wal/one', sha256))).equals(plain));
      assert.deepEqual(await vault.list('wal/'), [{ name: 'wal/one', bytes }]);
      const [file = ''] = await readdir(path.join(folder, 'stored'));
      const stored = await readFile(path.join(folder, 'stored', file));
      assert.equal(stored.includes('a text that'), false);
      await assert.rejects(readAll(vault.get('wal/two')), { code: 'backup_damaged' });
      await assert.rejects(readAll(vault.get('wal/one', '00')), { code: 'backup_damaged' });
      const stranger = createVault(await localBlobs({ folder }), OTHER);
      await assert.rejects(readAll(stranger.get('wal/one')), { code: 'backup_damaged' });
      await writeFile(path.join(folder, 'stored', file), stored.subarray(0, -1));
      await assert.rejects(readAll(vault.get('wal/one')), { code: 'backup_damaged' });
      await vault.delete('wal/one');
      assert.deepEqual(await vault.list(''), []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('a content that fails stores nothing', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'middle-vault-'));
    try {
      const vault = createVault(await localBlobs({ folder }), KEY);
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield Buffer.alloc(100_000);
        throw new Error('broken on the way');
      }
      await assert.rejects(vault.put('a', broken()), /broken on the way/);
      assert.deepEqual(await vault.list(''), []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test('keys are told apart without saying them', () => {
  assert.notEqual(keyCheck(KEY), keyCheck(OTHER));
  assert.equal(keyCheck(KEY).includes(KEY.toString('hex').slice(0, 8)), false);
});
