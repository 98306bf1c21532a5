import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LogReader } from './log-reader.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'logs-'));
  file = path.join(folder, 'part.log');
});
afterEach(() => rm(folder, { recursive: true }));

const messages = (lines: readonly { message: string }[]): string[] => lines.map(({ message }) => message);

test('lines of our parts and of Postgres have a time and a level; others inherit the time of the line before', async () => {
  await writeFile(
    file,
    [
      '{"at":"2026-01-02T03:04:05.678Z","level":"warn","code":"x.y","message":"ours"}',
      '2026-01-02 03:04:06.789 UTC [42] middle_api ERROR:  theirs',
      '2026-01-02 03:04:07.000 UTC [43]  LOG:  said by nobody in particular',
      '  at a line of a stack',
      '{"not":"an event"}',
      '',
    ].join('\n'),
  );
  const lines = await new LogReader(file, 'part').last(10);
  assert.deepEqual(
    lines.map(({ at, level, message }) => [at.slice(11, 19), level, message]),
    [
      ['03:04:05', 'warn', 'ours'],
      ['03:04:06', 'error', 'theirs'],
      ['03:04:07', 'info', 'said by nobody in particular'],
      ['03:04:07', 'info', '  at a line of a stack'],
      ['03:04:07', 'info', '{"not":"an event"}'],
    ],
  );
});

test('what is added later comes as whole lines, across a rotation', async () => {
  await writeFile(file, 'one\ntwo\n');
  const reader = new LogReader(file, 'part');
  assert.deepEqual(messages(await reader.last(1)), ['two']);
  await appendFile(file, 'three\nfo');
  assert.deepEqual(messages(await reader.fresh()), ['three']);
  await appendFile(file, 'ur\n');
  assert.deepEqual(messages(await reader.fresh()), ['four']);
  assert.deepEqual(await reader.fresh(), []);
  await rename(file, `${file}.1`);
  await writeFile(file, 'five\n');
  assert.deepEqual(messages(await reader.fresh()), ['five']);
});

test('the last lines reach back into the file before', async () => {
  await writeFile(`${file}.1`, 'one\ntwo\n');
  await writeFile(file, 'three\n');
  assert.deepEqual(messages(await new LogReader(file, 'part').last(2)), ['two', 'three']);
  assert.deepEqual(messages(await new LogReader(path.join(folder, 'none.log'), 'part').last(2)), []);
});
