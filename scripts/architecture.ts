import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findViolations } from './architecture-rules.ts';
import { ROOT } from './run-steps.ts';

/** Holds every source file to the rules of ARCHITECTURE.md. */
const listed = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
);
const files = new Map<string, string>();
for (const file of listed.split('\n')) {
  if (file === '' || file.endsWith('.d.ts')) continue;
  try {
    files.set(file, readFileSync(path.join(ROOT, file), 'utf8'));
  } catch {
    // Listed by git but removed from the working tree.
  }
}
const violations = findViolations(files);
for (const { file, line, message } of violations) process.stdout.write(`${file}:${line}  ${message}\n`);
process.stdout.write(`${violations.length} violations in ${files.size} files\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
