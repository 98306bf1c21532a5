import { pipeline, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { Blobs } from '@middle/cloud/ports/blobs.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { csvRow } from '@middle/core/export/csv.ts';
import { signFileLink } from '@middle/core/export/file-link.ts';
import { fileOf } from '@middle/core/export/file-name.ts';
import type { ExportStep } from '@middle/core/workflow/definition.ts';
import { readRecordPage } from '@middle/store/executions/bulk.ts';
import type { SourceRecord } from '@middle/store/executions/bulk.ts';
import { blobOfExport, noteExportProgress } from '@middle/store/exports/files.ts';
import type { StoredExport } from '@middle/store/exports/files.ts';
import { readPublicUrl } from '@middle/store/public-url.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import type { Places } from '../places.ts';
import { sourceOf } from './source.ts';
import { failed } from './step.ts';
import type { StepResult, StepRun } from './step.ts';

export interface ExportDeps {
  readonly blobs: Blobs;
  /** Files that are written at a time. */
  readonly exportPlaces: Places;
  /** Signs the links to files. */
  readonly linkKey: () => Promise<Uint8Array>;
}

/** A file of more is of no use to the programs that open such files, and a bulk step does more than write them. */
const ROWS_MAX = 5_000_000;
const BYTES_MAX = 2 * 1024 ** 3;
/** Shorter than the time after which what isn't whole is cleared away (see store/exports/files.ts). */
const HOURS_MAX = 12;
const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;
/** A file whose writing ends its worker each time must not go on for ever. */
const ATTEMPTS_MOST = 6;

const PAGE_RECORDS = 500;
/** Worked out in one go before others have their turn. */
const TURN_RECORDS = 50;
const CHUNK_BYTES = 65_536;
const PROGRESS_MILLISECONDS = 1_000;

/**
 * Writes the records that the filter lets through into a file, page by page as they are at that moment, in the order of
 * their ids. Each attempt writes a file of its own, and the file counts from the commit of the step's outcome on: a
 * worker that lost the execution leaves one that nobody is ever led to.
 */
export async function exportFile(run: StepRun<'export'>, deps: ExportDeps): Promise<StepResult> {
  const { begun, deps: base, live, next } = run;
  const attempts = (begun?.attempts ?? 0) + 1;
  if (attempts > ATTEMPTS_MOST) {
    const message = `its worker ended ${ATTEMPTS_MOST} times while the file was written`;
    return failed({ code: 'export_lost', message, fault: 'platform' });
  }
  const { connectionId, recordSetId } = await sourceOf(run, next.step.source);
  const stopped = live.stop.signal;
  const leave = await deps.exportPlaces.enter(
    { account: live.claimed.accountId, connection: connectionId, most: null },
    stopped,
  );
  if (leave === null) return { kind: 'lost' };
  try {
    const named = await nameOf(run);
    const id = uuidv7(base.clock.now());
    const isMine = await run.begin(
      { attempts, input: { recordType: next.step.source.recordType, ...named } },
      {
        exportFile: {
          id,
          accountId: live.claimed.accountId,
          executionId: live.claimed.id,
          place: next.place,
          recordSetId,
          ...named,
          expiresAt: new Date(base.clock.now().getTime() + DAY_MILLISECONDS),
        },
      },
    );
    if (!isMine) return { kind: 'lost' };
    const writing = new FileWriting(run, id, recordSetId);
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(HOURS_MAX * HOUR_MILLISECONDS)]);
    const { bytes, sha256 } = await deps.blobs.put(blobOfExport(id), writing.content(), { signal });
    const expiresAt = new Date(base.clock.now().getTime() + next.step.keepDays * DAY_MILLISECONDS);
    const stored = { id, bytes, sha256, expiresAt, ...writing.progress };
    return done(stored, { ...named, url: await linkTo(run, deps, stored, named.name) });
  } catch (error) {
    if (stopped.aborted) return { kind: 'lost' };
    throw error;
  } finally {
    leave();
  }
}

function done(
  stored: StoredExport,
  { name, url }: { readonly name: string; readonly url: string },
): StepResult {
  const { id, rows, bytes, sha256, expiresAt } = stored;
  const output = { file: id, name, url, expiresAt: expiresAt.toISOString(), rows, bytes, sha256 };
  return { kind: 'outcome', outcome: { state: 'succeeded', output }, with: { storedExport: stored } };
}

async function nameOf({ deps, next, evaluate }: StepRun<'export'>) {
  const { fileName, title, format, compression } = next.step;
  const day = deps.clock.now().toISOString().slice(0, 10);
  const wanted = fileName === null ? `${title} ${day}` : await evaluate(fileName, {}, 'fileName');
  return fileOf(typeof wanted === 'string' ? wanted : title, format, compression);
}

async function linkTo(
  { deps }: StepRun<'export'>,
  { linkKey }: ExportDeps,
  { id, expiresAt }: StoredExport,
  name: string,
): Promise<string> {
  const expires = Math.floor(expiresAt.getTime() / 1_000);
  const token = signFileLink({ file: id, name, expires }, await linkKey());
  return `${(await readPublicUrl(deps.database)) ?? ''}/files/${token}`;
}

/** One attempt at one file. */
class FileWriting {
  readonly #run: StepRun<'export'>;
  readonly #id: string;
  readonly #recordSetId: number;
  #rows = 0;
  #lookedAt = 0;
  #toldAt = -Infinity;

  constructor(run: StepRun<'export'>, id: string, recordSetId: number) {
    this.#run = run;
    this.#id = id;
    this.#recordSetId = recordSetId;
  }

  get progress(): { readonly rows: number; readonly lookedAt: number } {
    return { rows: this.#rows, lookedAt: this.#lookedAt };
  }

  content(): AsyncIterable<Uint8Array> {
    if (this.#run.next.step.compression === 'none') return capped(this.#chunks());
    const gzip = createGzip();
    // What goes wrong at the source is thrown where the compressed is read.
    pipeline(Readable.from(this.#chunks()), gzip, () => {});
    return capped(gzip);
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    const { step } = this.#run.next;
    let text = step.format === 'csv' ? csvRow(step.columns.map(({ name }) => name)) : '';
    for await (const row of this.#lines()) {
      text += row;
      if (text.length < CHUNK_BYTES) continue;
      yield Buffer.from(text);
      text = '';
    }
    if (text !== '') yield Buffer.from(text);
  }

  async *#lines(): AsyncGenerator<string> {
    const { step } = this.#run.next;
    for await (const record of this.#records()) {
      const values = await this.#valuesOf(step, record);
      if (values === null) continue;
      this.#rows += 1;
      if (this.#rows > ROWS_MAX) throw tooLarge(`more than ${ROWS_MAX.toLocaleString('en')} rows`);
      yield step.format === 'csv' ? csvRow(values) : `${jsonOf(step, values)}\n`;
    }
  }

  async *#records(): AsyncGenerator<SourceRecord> {
    const { database } = this.#run.deps;
    let afterId = '';
    for (;;) {
      const page = await readRecordPage(database, this.#recordSetId, afterId, PAGE_RECORDS);
      for (const record of page) {
        if (this.#lookedAt % TURN_RECORDS === 0) await nextTurn();
        this.#lookedAt += 1;
        yield record;
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_RECORDS) return;
      afterId = last.id;
      await this.#tell();
    }
  }

  async #tell(): Promise<void> {
    const now = performance.now();
    if (now - this.#toldAt < PROGRESS_MILLISECONDS) return;
    this.#toldAt = now;
    await noteExportProgress(this.#run.deps.database, this.#id, this.progress);
  }

  /** Null: the filter keeps it out. */
  async #valuesOf(step: ExportStep, { id, data }: SourceRecord): Promise<readonly unknown[] | null> {
    const { evaluate, live } = this.#run;
    const scope = { record: data };
    if (step.filter !== null && (await evaluate(step.filter, scope, id)) !== true) return null;
    const values: unknown[] = [];
    for (const { name, value } of step.columns) {
      values.push(live.redactor.redact(await evaluate(value, scope, `${id}:${name}`)));
    }
    return values;
  }
}

function jsonOf({ columns }: ExportStep, values: readonly unknown[]): string {
  return JSON.stringify(Object.fromEntries(columns.map(({ name }, at) => [name, values[at] ?? null])));
}

async function* capped(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes > BYTES_MAX) throw tooLarge(`more than ${BYTES_MAX / 1024 ** 3} GiB`);
    yield chunk;
  }
}

function tooLarge(what: string): MiddleError {
  return new MiddleError('export_too_large', `the file would have ${what}`, {
    hint: 'Narrow its filter, or write several files.',
  });
}
