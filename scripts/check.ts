import { runSteps } from './run-steps.ts';

/** Every check of the source, each with what to do when it fails. Tests are apart: `npm test`. */
const failed = await runSteps([
  { name: 'types', command: ['tsc', '-b'], hint: 'Fix the types; `npm run types` runs this alone.' },
  {
    name: 'lint and size budgets',
    command: ['oxlint', '--type-aware', '--deny-warnings'],
    hint: 'Fix what it names. A file that must be larger is named with its reason in .oxlintrc.json.',
  },
  {
    name: 'format',
    command: ['prettier', '--check', '--log-level', 'warn', '.'],
    hint: 'Run `npm run format`.',
  },
  {
    name: 'dead code',
    command: ['knip'],
    hint: 'Remove what nothing uses. Entry points are in knip.json.',
  },
  {
    name: 'architecture',
    command: ['node', 'scripts/architecture.ts'],
    hint: 'ARCHITECTURE.md says which room may use which; the rules are in scripts/architecture.ts.',
  },
  {
    name: 'schema dump',
    command: ['node', 'scripts/schema.ts', '--check'],
    hint: 'Run `npm run schema` and commit stack/store/schema.sql with the migration.',
  },
]);
process.exitCode = failed === 0 ? 0 : 1;
