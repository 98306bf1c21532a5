import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { environment, ROOT } from './run-steps.ts';

/** Runs every test with node's own runner; arguments name files or patterns instead. */
const ALL = ['{stack,cloud,fleet,cli,sdk,apps,examples,bench,scripts}/**/*.test.ts'];
const given = process.argv.slice(2);
const reporter = process.env['CI'] === undefined ? 'spec' : 'dot';

const child = spawn(
  'node',
  [
    '--test',
    `--test-concurrency=${Math.max(2, availableParallelism())}`,
    // Of a whole file too: the browser tests take a minute, and several on a machine that does other work.
    '--test-timeout=900000',
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/closing-line.ts',
    '--test-reporter-destination=stdout',
    '--disable-warning=ExperimentalWarning',
    ...(given.length > 0 ? given : ALL),
  ],
  { cwd: ROOT, env: environment(), stdio: ['ignore', 'inherit', 'inherit'] },
);
const [code]: (number | null)[] = await once(child, 'close');
process.exitCode = code ?? 1;
