import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import sql from 'sql-template-tag';
import { localBlobs } from '@middle/cloud/local/blobs/blobs.ts';
import type { Blobs } from '@middle/cloud/ports/blobs.ts';
import { requestCancel } from '@middle/store/executions/history.ts';
import { blobOfExport, expiredExports, listExportFiles } from '@middle/store/exports/files.ts';
import { only } from '@middle/store/only.ts';
import { executionWorld } from '../testing/execution-world.ts';
import type { EndedRow } from '../testing/execution-world.ts';
import { slots, source, withThings } from '../testing/things.ts';

const HOUR = 3_600_000;
const EXPORT = {
  kind: 'export',
  key: 'file',
  title: 'Things',
  source,
  columns: [
    { name: 'Id', value: 'record.id' },
    { name: 'N', value: 'record.n' },
    { name: 'Note', value: 'record.note' },
  ],
};
const workflowOf = (step: object = {}, more: object = {}) => ({
  ...slots,
  steps: [{ ...EXPORT, ...step }],
  output: [{ key: 'file', title: 'File', value: 'steps.file.output' }],
  ...more,
});

interface Output {
  readonly file: {
    readonly file: string;
    readonly name: string;
    readonly url: string;
    readonly rows: number;
    readonly bytes: number;
    readonly sha256: string;
    readonly expiresAt: string;
  };
}
const fileOf = ({ output, error }: EndedRow): Output['file'] => {
  assert.equal(error, null);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the step gives; the test looks at all of it
  return (output as Output).file;
};

async function exportWorld() {
  const stack = await executionWorld();
  const folder = await mkdtemp(path.join(tmpdir(), 'middle-export-'));
  const blobs = await localBlobs({ folder });
  const things = await withThings(stack);
  return {
    stack,
    blobs,
    ...things,
    half: () => readdir(path.join(folder, 'half')),
    async content(id: string): Promise<Buffer> {
      const found = await blobs.get(blobOfExport(id));
      assert.ok(found !== null);
      return Buffer.concat(await found.content.toArray());
    },
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** The real blobs, whose first writer stops in the middle until it is let go on. */
function gated(blobs: Blobs) {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let isFirst = true;
  async function* held(content: AsyncIterable<Uint8Array>) {
    for await (const chunk of content) {
      yield chunk;
      begun.resolve();
      await goOn.promise;
    }
  }
  const own: Blobs = {
    put: (name, content, options) => {
      const isHeld = isFirst;
      isFirst = false;
      return blobs.put(name, isHeld ? held(content) : content, options);
    },
    get: (name, range) => blobs.get(name, range),
    delete: (name) => blobs.delete(name),
    list: (query) => blobs.list(query),
  };
  return { blobs: own, begun: begun.promise, goOn: () => goOn.resolve() };
}

describe('file exports', { timeout: 120_000 }, () => {
  test('write the records that pass, as a spreadsheet reads them, and give later steps a link', async () => {
    await using world = await exportWorld();
    const { stack, blobs } = world;
    await world.store([
      { id: 'a', n: 1, note: 'plain' },
      { id: 'b', n: 2, note: 'quote " comma , and\nline' },
      { id: 'c', n: 3, note: '=HYPERLINK("http://evil")' },
      { id: 'd', n: -4, note: null },
      { id: 'e', n: 5, note: 'grüße 世界 👩‍🚀' },
    ]);
    stack.executor({ blobs });
    const definition = workflowOf({ filter: 'record.n != 1', fileName: '"all/things"', keepDays: 3 });
    const ended = await stack.ended(await stack.start(await stack.workflow(definition, world.options)));
    const file = fileOf(ended);
    const written = await world.content(file.file);
    assert.equal(
      written.toString(),
      'Id,N,Note\r\nb,2,"quote "" comma , and\nline"\r\nc,3,"\'=HYPERLINK(""http://evil"")"\r\nd,-4,\r\ne,5,grüße 世界 👩‍🚀\r\n',
    );
    assert.deepEqual([file.name, file.rows, file.bytes], ['all things.csv', 4, written.length]);
    assert.equal(file.sha256, createHash('sha256').update(written).digest('hex'));
    assert.match(file.url, /\/files\/[\w-]+\.[\w-]+$/);
    const days = (Date.parse(file.expiresAt) - Date.now()) / (24 * HOUR);
    assert.ok(days > 2.9 && days <= 3, `${days} days`);
  });

  test('no record at all makes a file with its names alone; JSON lines, packed, hold 20,000', async () => {
    await using world = await exportWorld();
    const { stack, blobs } = world;
    stack.executor({ blobs });
    const empty = await stack.workflow(workflowOf(), world.options);
    const none = fileOf(await stack.ended(await stack.start(empty)));
    assert.equal((await world.content(none.file)).toString(), 'Id,N,Note\r\n');
    assert.equal(none.rows, 0);
    await world.store(
      Array.from({ length: 20_000 }, (_, n) => ({
        id: `t${String(n).padStart(6, '0')}`,
        n,
        note: 'x'.repeat(200),
      })),
    );
    const packed = await stack.workflow(workflowOf({ format: 'jsonl', compression: 'gzip' }), world.options);
    const many = fileOf(await stack.ended(await stack.start(packed)));
    const lines = gunzipSync(await world.content(many.file))
      .toString()
      .trimEnd()
      .split('\n');
    assert.equal(lines.length, 20_000);
    assert.deepEqual(JSON.parse(lines[19_999] ?? ''), { Id: 't019999', N: 19_999, Note: 'x'.repeat(200) });
    assert.match(many.name, /^Things \d{4}-\d\d-\d\d\.jsonl\.gz$/);
  });

  test('what is protected is in no file; a slot that nothing fills is said', async () => {
    await using world = await exportWorld();
    const { stack, blobs } = world;
    await world.store([{ id: 'a', n: 1 }]);
    stack.executor({ blobs });
    const inputs = [{ key: 'pin', title: 'Pin', type: { kind: 'text' }, protected: true }];
    const columns = [{ name: 'Pin', value: '"the pin is " + inputs.pin' }];
    const secret = await stack.workflow(workflowOf({ columns }, { inputs }), world.options);
    const sealed = Buffer.from(JSON.stringify({ pin: 'hunter22' }));
    const file = fileOf(await stack.ended(await stack.start(secret, { pin: null }, { sealed })));
    assert.equal((await world.content(file.file)).toString(), 'Pin\r\nthe pin is [protected]\r\n');
    const unbound = await stack.ended(await stack.start(await stack.workflow(workflowOf())));
    assert.deepEqual([unbound.error?.code, unbound.endedIn], ['connection_missing', 'file']);
    assert.deepEqual(await world.half(), []);
  });

  test('cancelling stops it in the middle and leaves no half file', async () => {
    await using world = await exportWorld();
    const { stack } = world;
    await world.store([{ id: 'a', n: 1 }]);
    const gate = gated(world.blobs);
    stack.executor({ blobs: gate.blobs, pollMilliseconds: 20 });
    const id = await stack.start(await stack.workflow(workflowOf(), world.options));
    await gate.begun;
    await requestCancel(stack.owner, id, 'Ann');
    // The writer looks at the signal with its next bytes.
    await sleep(50);
    gate.goOn();
    assert.equal((await stack.ended(id)).state, 'cancelled');
    const file = only(await listExportFiles(stack.owner, id));
    assert.equal(file.storedAt, null);
    assert.equal(await world.blobs.get(blobOfExport(file.id)), null);
    assert.deepEqual(await world.half(), []);
  });

  test('a worker that goes silent leaves the file to another; what it writes late counts for nothing', async () => {
    await using world = await exportWorld();
    const { stack } = world;
    await world.store([{ id: 'a', n: 1 }]);
    const gate = gated(world.blobs);
    stack.executor({ blobs: gate.blobs, worker: 'slow', leaseSeconds: 3_600 });
    const id = await stack.start(await stack.workflow(workflowOf(), world.options));
    await gate.begun;
    await stack.owner.query(sql`update middle.executor set lease_until = '-infinity'`);
    stack.executor({ blobs: world.blobs, worker: 'other', pollMilliseconds: 20 });
    const file = fileOf(await stack.ended(id));
    gate.goOn();
    const { rows } = await stack.owner.query<{ id: string; isStored: boolean }>(
      sql`select id, stored_at is not null as "isStored" from middle.export_file order by id`,
    );
    assert.deepEqual(
      rows.map(({ isStored }) => isStored),
      [false, true],
    );
    assert.equal(only(await listExportFiles(stack.owner, id)).id, file.file);
    // Not before its writer is gone for sure.
    const at = (hours: number): Date => new Date(Date.now() + hours * HOUR);
    assert.deepEqual(await expiredExports(stack.owner, at(23), 10), []);
    assert.deepEqual(await expiredExports(stack.owner, at(25), 10), [rows[0]?.id]);
    assert.equal((await expiredExports(stack.owner, at(24 * 7 + 1), 10)).length, 2);
    await stack.owner.query(sql`delete from middle.account where id = ${stack.accountId}`);
    assert.deepEqual(await expiredExports(stack.owner, at(0), 10), [file.file]);
  });
});
