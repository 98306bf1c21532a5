import path from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { ROOT } from './run-steps.ts';

const SLOWEST = 5;

/** Ends a test run with one plain line; before it, what failed, and the files that took longest. */
export default async function* closingLine(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let skipped = 0;
  const failed: string[] = [];
  const seconds = new Map<string, number>();
  for await (const event of source) {
    if ((event.type === 'test:pass' || event.type === 'test:fail') && event.data.nesting === 0) {
      const { file = '', details } = event.data;
      seconds.set(file, (seconds.get(file) ?? 0) + details.duration_ms / 1_000);
    }
    if (event.type === 'test:pass' && event.data.details.type !== 'suite') {
      if (event.data.skip === undefined) passed += 1;
      else skipped += 1;
    }
    // A suite also fails when its setup does; that its tests failed is told by them.
    if (event.type === 'test:fail' && !isOfSubtests(event.data.details.error)) {
      const { file, line, name } = event.data;
      const message = event.data.details.error.cause ?? event.data.details.error;
      failed.push(`${file ?? ''}:${line ?? 0}  ${name}\n    ${String(message).replaceAll('\n', '\n    ')}`);
    }
  }
  yield '\n';
  for (const failure of failed) yield `FAILED  ${failure}\n`;
  const slowest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
  const told = slowest.map(([file, spent]) => `${path.relative(ROOT, file)} ${spent.toFixed(0)} s`);
  yield `Slowest: ${told.join(', ')}\n`;
  yield `${passed} passed, ${failed.length} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`;
}

function isOfSubtests(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}
