import type { z } from 'zod';

/** What is wrong with a value, for a person who did not write its schema: the library's own words name its types and patterns. */
export function issueWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') {
    const [only, ...others] = issue.values.map((value) => String(value));
    return others.length === 0 ? `must be ${only ?? ''}` : `must be one of ${[only, ...others].join(', ')}`;
  }
  if (issue.code === 'invalid_type' && issue.input === undefined && isMissing(issue.message)) {
    return 'is missing';
  }
  if (issue.code === 'unrecognized_keys') {
    return `${issue.keys.map((key) => `“${key}”`).join(', ')} ${issue.keys.length === 1 ? 'is' : 'are'} not known here`;
  }
  return issue.message;
}

/** Without the input in the report, only the library's text says that there was none. */
function isMissing(message: string): boolean {
  return message.endsWith('received undefined');
}
