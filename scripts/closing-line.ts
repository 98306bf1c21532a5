import type { TestEvent } from 'node:test/reporters';

/** Ends a test run with one plain line, and names what failed just before it. */
export default async function* closingLine(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let skipped = 0;
  const failed: string[] = [];
  for await (const event of source) {
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
  yield `${passed} passed, ${failed.length} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`;
}

function isOfSubtests(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}
