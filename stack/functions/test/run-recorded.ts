import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { EgressPolicy, FunctionCall, FunctionEnd } from '@middle/cloud/ports/functions.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { isLoopbackName } from '@middle/core/host-pattern.ts';
import type { Manifest } from '@middle/core/manifest.ts';
import { parse } from 'yaml';
import { z } from 'zod';
import type { FunctionBundle } from '../build/bundle.ts';
import { bundlePackage } from '../build/bundle.ts';
import { createBroker } from '../egress/broker.ts';
import { denoEngine } from '../host/engine.ts';
import { createFunctionHost } from '../host/host.ts';
import { chooseLauncher } from '../host/launcher.ts';
import { checkPackage } from '../package/check.ts';
import type { PackageFiles } from '../package/files.ts';
import type { PackageProblem } from '../package/problem.ts';
import { hasErrors } from '../package/problem.ts';
import type { RecordedRun } from './expectations.ts';
import { unmetExpectations } from './expectations.ts';
import { memoryQueue } from './memory-queue.ts';
import { readMessages } from './messages.ts';
import type { RecordedTest } from './recorded.ts';
import { recordedTestSchema } from './recorded.ts';
import { recordedTransport } from './recorded-transport.ts';

export interface RecordedOutcome {
  /** `tests/NAME.yaml` */
  readonly file: string;
  readonly title: string;
  readonly passed: boolean;
  readonly problems: readonly string[];
  readonly records: number;
  readonly logs: readonly string[];
  readonly milliseconds: number;
}

export interface RecordedTestsOptions {
  /** Only tests whose file or title has this in it. */
  readonly only?: string | undefined;
  /** Told as each test ends. */
  readonly onOutcome?: (outcome: RecordedOutcome) => void;
}

export interface RecordedTestsResult {
  /** Problems of the package; when one is an error, no test ran. */
  readonly problems: readonly PackageProblem[];
  readonly outcomes: readonly RecordedOutcome[];
}

/** Runs the recorded tests of an app package in the real sandbox, with the outside system played from the recordings. */
export async function runRecordedTests(
  files: PackageFiles,
  options: RecordedTestsOptions = {},
): Promise<RecordedTestsResult> {
  const { manifest, functions, problems: found } = checkPackage(files);
  if (manifest === null) return { problems: found, outcomes: [] };
  const { bundles, problems: more } = await bundlePackage(files, functions);
  const problems = [...found, ...more];
  if (hasErrors(problems)) return { problems, outcomes: [] };
  const scratchFolder = await mkdtemp(join(tmpdir(), 'middle-test-'));
  try {
    const setting = { files, manifest, bundles, scratchFolder, only: options.only };
    return { problems, outcomes: await runFiles(setting, options.onOutcome) };
  } finally {
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

interface Setting {
  readonly files: PackageFiles;
  readonly manifest: Manifest;
  readonly bundles: readonly FunctionBundle[];
  readonly scratchFolder: string;
  readonly only: string | undefined;
}

async function runFiles(
  setting: Setting,
  onOutcome: RecordedTestsOptions['onOutcome'],
): Promise<RecordedOutcome[]> {
  const outcomes: RecordedOutcome[] = [];
  for (const file of [...setting.files.keys()].filter((path) => /^tests\/[^/]+\.ya?ml$/.test(path)).sort()) {
    const outcome = await runFile(file, setting);
    if (outcome === null) continue;
    outcomes.push(outcome);
    onOutcome?.(outcome);
  }
  return outcomes;
}

async function runFile(file: string, setting: Setting): Promise<RecordedOutcome | null> {
  const failed = (problem: string): RecordedOutcome => ({
    file,
    title: file,
    passed: false,
    problems: [problem],
    records: 0,
    logs: [],
    milliseconds: 0,
  });
  const { only } = setting;
  const test = readTest(setting.files.get(file));
  if (typeof test === 'string') return only === undefined || file.includes(only) ? failed(test) : null;
  const title = test.title ?? file;
  if (only !== undefined && !file.includes(only) && !title.includes(only)) return null;
  const bundle = setting.bundles.find((one) => one.key === test.function);
  if (bundle === undefined) return failed(`The manifest names no function “${test.function}”.`);
  const { run, transportProblems } = await runTest(test, bundle, setting);
  const problems = [
    ...unmetExpectations(test.expect, run, setting.manifest.recordTypes),
    ...transportProblems,
  ];
  return {
    file,
    title,
    passed: problems.length === 0,
    problems,
    records: run.records.length,
    logs: run.logs,
    milliseconds: run.end.milliseconds,
  };
}

async function runTest(
  test: RecordedTest,
  bundle: FunctionBundle,
  { files, manifest, scratchFolder }: Setting,
): Promise<{ run: RecordedRun; transportProblems: string[] }> {
  const policy = policyOf(manifest);
  const transport = recordedTransport(test.calls, policy, files);
  const queue = memoryQueue(manifest.key);
  const clock = skippingClock();
  const host = await createFunctionHost({
    engine: denoEngine(),
    launcher: await chooseLauncher(),
    broker: createBroker({ clock, log, transport, authorize: () => Promise.resolve(null) }),
    queueOf: () => queue,
    scratchFolder,
    poolSize: 0,
    poolIdleSeconds: 1,
    clock,
    log,
  });
  try {
    const end: FunctionEnd = await host.invoke(
      callOf({ ...test, input: inputOf(test, files) }, bundle, manifest, policy),
      new AbortController().signal,
    );
    return { run: { end, ...readMessages(queue.sent) }, transportProblems: transport.problems() };
  } finally {
    await host.close();
  }
}

function callOf(
  test: RecordedTest,
  bundle: FunctionBundle,
  manifest: Manifest,
  egress: EgressPolicy,
): FunctionCall {
  const definition = [...manifest.syncs, ...manifest.actions, ...manifest.webhooks].find(
    (one) => one.function === test.function,
  );
  return {
    invocation: randomUUID(),
    app: manifest.key,
    version: manifest.version,
    connection: 'test',
    token: 'test',
    engine: bundle.engine,
    bundle,
    kind: bundle.kind,
    input: test.input,
    cursor: test.cursor,
    settings: test.settings,
    secrets: test.secrets,
    egress,
    limits: {
      wallSeconds: Math.min(definition?.timeout ?? 60, 60),
      memoryMegabytes: definition?.memoryMegabytes ?? 256,
      outputBytes: 256 * 1024 * 1024,
      records: 1_000_000,
    },
  };
}

/** A webhook's input is the request that it received. */
function inputOf({ input, request }: RecordedTest, files: PackageFiles): unknown {
  if (request === undefined) return input;
  const { method, headers, query, json, text, file } = request;
  const body = file === undefined ? (text ?? (json === undefined ? '' : JSON.stringify(json))) : null;
  return {
    method,
    headers: listed(headers),
    query: listed(query),
    receivedAt: '2026-01-01T00:00:00.000Z',
    body: Buffer.from(body ?? files.get(file ?? '') ?? []).toString('base64'),
  };
}

function listed(values: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}

/** As a connection would have it, with the hosts of the manifest approved. */
function policyOf({ egress }: Manifest): EgressPolicy {
  const base = egress.baseUrl === undefined ? null : new URL(egress.baseUrl);
  const port = base === null || base.port !== '' ? base?.port : base.protocol === 'https:' ? '443' : '80';
  const loopback = base !== null && isLoopbackName(base.hostname) ? [`${base.hostname}:${port ?? ''}`] : [];
  return {
    baseUrl: egress.baseUrl ?? null,
    hosts: egress.hosts,
    developmentHosts: loopback,
    headers: {},
    rate: null,
  };
}

/** The test, or what is wrong with it. */
function readTest(content: Uint8Array | undefined): RecordedTest | string {
  try {
    const raw: unknown = parse(Buffer.from(content ?? []).toString('utf8'), { maxAliasCount: 100 });
    const parsed = recordedTestSchema.safeParse(raw);
    return parsed.success ? parsed.data : `The test can't be read: ${z.prettifyError(parsed.error)}`;
  } catch (thrown) {
    if (thrown instanceof MiddleError) throw thrown;
    return `The test can't be read: ${messageOf(thrown)}`;
  }
}

/** What the broker and the host say of themselves is of no use to an author. */
function log(): void {
  // Nothing is kept.
}

/** Waits that an outside system asks for pass at once. */
function skippingClock(): Clock {
  let skipped = 0;
  return {
    now: () => new Date(Date.now() + skipped),
    sleep: (milliseconds) => {
      skipped += milliseconds;
      return Promise.resolve();
    },
  };
}
