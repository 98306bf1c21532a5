/** What is wrong with an app package, and where. */
export interface PackageProblem {
  /** Path inside the package. */
  readonly file: string;
  /** From 1; 1 when the problem is with the file as a whole. */
  readonly line: number;
  readonly column: number;
  /** A warning does not stop a push. */
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function problemAt(
  place: { file: string; line?: number; column?: number },
  code: string,
  message: string,
  more: { hint?: string | undefined; severity?: 'error' | 'warning' } = {},
): PackageProblem {
  const { file, line = 1, column = 1 } = place;
  const { hint, severity = 'error' } = more;
  return { file, line, column, severity, code, message, ...(hint === undefined ? {} : { hint }) };
}

export function hasErrors(problems: readonly PackageProblem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
