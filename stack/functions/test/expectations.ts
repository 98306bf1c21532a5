import { isDeepStrictEqual } from 'node:util';
import type { FunctionEnd } from '@middle/cloud/ports/functions.ts';
import type { RecordType } from '@middle/core/attribute.ts';
import { compileRecordType } from '@middle/core/record.ts';
import type { RecordedExpectation } from './recorded.ts';

/** Invalid records that are told one by one. */
const SHOWN = 5;

/** What a recorded run gave. */
export interface RecordedRun {
  readonly end: FunctionEnd;
  readonly records: readonly (readonly [type: string, data: unknown])[];
  readonly cursors: readonly unknown[];
  readonly logs: readonly string[];
  readonly result: unknown;
}

/** Where a run differs from what its test expects, as sentences. */
export function unmetExpectations(
  expected: RecordedExpectation,
  run: RecordedRun,
  recordTypes: readonly RecordType[],
): string[] {
  return [
    ...endProblems(expected, run),
    ...validityProblems(expected, run, recordTypes),
    ...recordProblems(expected, run),
    ...countProblems(expected, run),
    ...(expected.progress === undefined || isDeepStrictEqual(run.cursors, expected.progress)
      ? []
      : [`Its cursors are ${short(run.cursors)}, not ${short(expected.progress)}.`]),
    ...(expected.logs ?? []).flatMap((part) =>
      run.logs.some((line) => line.includes(part)) ? [] : [`No log line has “${part}”.`],
    ),
  ];
}

function endProblems({ error, result }: RecordedExpectation, run: RecordedRun): string[] {
  const failed = run.end.error;
  if (error === undefined) {
    if (failed !== null) return [`It failed: ${failed.message} (${failed.code})`];
    if (result !== undefined && !isDeepStrictEqual(run.result, result)) {
      return [`The result differs${difference(run.result, result, '')}`];
    }
    return [];
  }
  if (failed === null) return ['It returned, but an error is expected.'];
  const problems: string[] = [];
  if (error.code !== undefined && error.code !== failed.code)
    problems.push(`Its error is ${failed.code}, not ${error.code}.`);
  if (error.message !== undefined && !failed.message.includes(error.message)) {
    problems.push(`Its error says “${failed.message}”, without “${error.message}”.`);
  }
  return problems;
}

/** By the same rules as the intake's. */
function validityProblems(
  { invalid }: RecordedExpectation,
  run: RecordedRun,
  recordTypes: readonly RecordType[],
): string[] {
  const compiled = new Map(recordTypes.map((recordType) => [recordType.key, compileRecordType(recordType)]));
  const wrong = run.records.flatMap(([type, data], at) => {
    const checked = compiled.get(type)?.check(data);
    if (checked?.ok === true) return [];
    const reasons = checked?.problems.map(({ path, problem }) => `${path} ${problem}`.trim()).join(', ');
    return [
      `Record ${String(at + 1)}, a ${type}, is not valid: ${reasons ?? 'there is no such record type'}.`,
    ];
  });
  if (wrong.length === invalid) return [];
  if (invalid > 0)
    return [
      `It emitted ${String(wrong.length)} invalid records, not ${String(invalid)}.`,
      ...wrong.slice(0, SHOWN),
    ];
  const more = wrong.length > SHOWN ? [`${String(wrong.length - SHOWN)} more records are not valid.`] : [];
  return [...wrong.slice(0, SHOWN), ...more];
}

function recordProblems({ records, counts }: RecordedExpectation, run: RecordedRun): string[] {
  if (records === undefined) return [];
  const problems = Object.entries(records).flatMap(([type, expected]) => {
    const given = run.records.filter(([one]) => one === type).map(([, data]) => data);
    const wrong = expected.flatMap((data, at) =>
      at >= given.length || isDeepStrictEqual(given[at], data)
        ? []
        : [`${type} ${String(at + 1)} differs${difference(given[at], data, '')}`],
    );
    return given.length === expected.length
      ? wrong
      : wrong.concat(`It emitted ${String(given.length)} of ${type}, not ${String(expected.length)}.`);
  });
  return [...problems, ...unnamed(run, new Set([...Object.keys(records), ...Object.keys(counts ?? {})]))];
}

function countProblems({ records, counts }: RecordedExpectation, run: RecordedRun): string[] {
  if (counts === undefined) return [];
  const problems = Object.entries(counts).flatMap(([type, expected]) => {
    const given = run.records.filter(([one]) => one === type).length;
    return given === expected ? [] : [`It emitted ${String(given)} of ${type}, not ${String(expected)}.`];
  });
  return records === undefined ? [...problems, ...unnamed(run, new Set(Object.keys(counts)))] : problems;
}

function unnamed(run: RecordedRun, named: ReadonlySet<string>): string[] {
  const others = new Set(run.records.map(([type]) => type).filter((type) => !named.has(type)));
  return [...others].map((type) => `It emitted ${type}, which is not expected.`);
}

/** The first place where two values differ. */
function difference(given: unknown, expected: unknown, path: string): string {
  if (isObject(given) && isObject(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(given)])) {
      if (!isDeepStrictEqual(given[key], expected[key])) {
        return difference(given[key], expected[key], path === '' ? key : `${path}.${key}`);
      }
    }
  }
  return `${path === '' ? '' : ` at ${path}`}: it is ${short(given)}, not ${short(expected)}.`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function short(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
