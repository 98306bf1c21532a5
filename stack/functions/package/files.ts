import { createHash } from 'node:crypto';
import type { PackageProblem } from './problem.ts';
import { problemAt } from './problem.ts';

/** An app package in memory: path to content, `/` between folders. */
export type PackageFiles = ReadonlyMap<string, Uint8Array>;

/** Generous for source code; small enough that a package is always handled in memory. */
export const PACKAGE_LIMITS = {
  files: 1000,
  fileBytes: 1_048_576,
  totalBytes: 10_485_760,
  pathLength: 200,
} as const;

/** Why a path may not be in a package, or null. A path is relative, below the package, and the same on every system. */
export function pathProblem(path: string): string | null {
  if (path.length === 0 || path.length > PACKAGE_LIMITS.pathLength) {
    return `is longer than ${String(PACKAGE_LIMITS.pathLength)} characters or empty`;
  }
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute';
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\\\u0000-\u001f\u007f:*?"<>|]/.test(path)) return 'has characters that not every system can store';
  const parts = path.split('/');
  if (parts.includes('..')) return 'leaves the package';
  if (parts.some((part) => part === '' || part === '.')) return 'has an empty part';
  return null;
}

export function fileProblems(files: PackageFiles): PackageProblem[] {
  const problems: PackageProblem[] = [];
  const seen = new Map<string, string>();
  let total = 0;
  for (const [path, content] of files) {
    total += content.length;
    const wrong = pathProblem(path);
    if (wrong !== null)
      problems.push(problemAt({ file: path }, 'path', `The path ${JSON.stringify(path)} ${wrong}.`));
    const folded = path.toLowerCase().normalize('NFC');
    const other = seen.get(folded);
    if (other !== undefined) {
      problems.push(problemAt({ file: path }, 'path', `“${path}” and “${other}” differ only in case.`));
    }
    seen.set(folded, path);
    if (content.length > PACKAGE_LIMITS.fileBytes) {
      const message = `The file has ${String(content.length)} bytes; at most ${String(PACKAGE_LIMITS.fileBytes)} are allowed.`;
      problems.push(problemAt({ file: path }, 'file_too_large', message));
    }
  }
  if (files.size > PACKAGE_LIMITS.files) {
    const message = `The package has ${String(files.size)} files; at most ${String(PACKAGE_LIMITS.files)} are allowed.`;
    problems.push(problemAt({ file: '' }, 'too_many_files', message));
  }
  if (total > PACKAGE_LIMITS.totalBytes) {
    const message = `The package has ${String(total)} bytes; at most ${String(PACKAGE_LIMITS.totalBytes)} are allowed.`;
    problems.push(problemAt({ file: '' }, 'package_too_large', message));
  }
  return problems;
}

/** SHA-256 over paths and contents in path order, each with its length, so that no two packages share one. Hex. */
export function packageDigest(files: PackageFiles): string {
  const hash = createHash('sha256');
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path) ?? new Uint8Array();
    hash.update(`${String(Buffer.byteLength(path))}:${path}${String(content.length)}:`).update(content);
  }
  return hash.digest('hex');
}
