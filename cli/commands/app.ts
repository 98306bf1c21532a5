import path from 'node:path';
import type { Client } from '@middle/contract/client.ts';
import type { Command } from 'commander';
import { newPackage } from '../app-template.ts';
import type { Context } from '../context.ts';
import { editorFiles } from '../editor-files.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { writeNewFolder } from '../new-folder.ts';
import { readApp } from '../read-app.ts';
import { bad, careful, duration, faint, good, strong, table, plural } from '../output.ts';

export function register(program: Command, context: Context): void {
  const app = program
    .command('app')
    .description('Work on an app: a folder with a manifest, functions and tests.');
  app
    .command('init')
    .description('Make a folder with a small app that works, to start from.')
    .argument('<folder>', 'a new or empty folder; its name becomes the key of the app')
    .action((folder: string) => init(folder, context));
  app
    .command('check')
    .description('Check an app package; each problem with file, line and column.')
    .argument('[folder]', 'of the app', '.')
    .action((folder: string) => check(folder, context));
  app
    .command('test')
    .description("Run an app's recorded tests in the sandbox. Needs no stack.")
    .argument('[folder]', 'of the app', '.')
    .option('--only <text>', 'only tests with this in their file name or title')
    .action((folder: string, options: { only?: string }) => test(folder, options.only, context));
  app
    .command('push')
    .description('Send an app to the stack, as the version its manifest names.')
    .argument('[folder]', 'of the app', '.')
    .option('--on', 'switch the version on, which makes it immutable')
    .option('--approve-hosts', 'approve the outside hosts that its manifest names')
    .action((folder: string, options: PushOptions) => push(folder, options, context));
  app
    .command('pull')
    .description('Fetch an app from the stack into a folder.')
    .argument('<app>', 'key of the app')
    .argument('[folder]', 'a new or empty folder (default: named like the app)')
    .option('--app-version <version>', 'which version (default: the newest)')
    .action((key: string, folder: string | undefined, options: { appVersion?: string }) =>
      pull(key, folder ?? key, options.appVersion, context),
    );
  app
    .command('list')
    .description('List the apps of the stack.')
    .action(() => list(context));
}

async function init(folder: string, context: Context): Promise<void> {
  const root = path.resolve(folder);
  const files = new Map([...newPackage(path.basename(root)), ...(await editorFiles())]);
  await writeNewFolder(root, files);
  const paths = [...files.keys()];
  context.print({ folder: root, files: paths }, () =>
    [
      `${good('✓')} ${strong(root)}`,
      ...paths.map((file) => `  ${file}`),
      '',
      `Next: middle app test ${folder}, then middle app push ${folder} --on`,
    ].join('\n'),
  );
}

async function check(folder: string, context: Context): Promise<void> {
  const { checkPackage } = await import('@middle/functions/package/check.ts');
  const { bundlePackage } = await import('@middle/functions/build/bundle.ts');
  const { hasErrors } = await import('@middle/functions/package/problem.ts');
  const files = await readApp(folder);
  const { manifest, functions, problems } = checkPackage(files);
  const all =
    manifest === null ? problems : [...problems, ...(await bundlePackage(files, functions)).problems];
  const ok = !hasErrors(all);
  context.print({ ok, problems: all }, () =>
    [
      ...all.map((problem) => renderProblem(folder, problem)),
      ok
        ? `${good('✓')} ${manifest?.key} ${manifest?.version}: ${files.size} files, ${functions.length} functions`
        : bad(`${all.length} ${all.length === 1 ? 'problem' : 'problems'}`),
    ].join('\n'),
  );
  if (!ok) process.exitCode = EXIT_CODES.checkFailed.code;
}

interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

function renderProblem(folder: string, problem: Problem): string {
  const place = `${path.join(folder, problem.file)}:${problem.line}:${problem.column}`;
  const word = problem.severity === 'error' ? bad('error') : careful('warning');
  const hint = problem.hint === undefined ? '' : `\n    ${faint(problem.hint)}`;
  return `${strong(place)} ${word} ${problem.message} ${faint(`(${problem.code})`)}${hint}`;
}

async function test(folder: string, only: string | undefined, context: Context): Promise<void> {
  const { runRecordedTests } = await import('@middle/functions/test/run-recorded.ts');
  const files = await readApp(folder);
  const { problems, outcomes } = await runRecordedTests(files, { only });
  const failed = outcomes.filter(({ passed }) => !passed).length;
  const broken = problems.filter(({ severity }) => severity === 'error');
  context.print({ ok: failed === 0 && broken.length === 0, problems, outcomes }, () =>
    [
      ...problems.map((problem) => renderProblem(folder, problem)),
      ...outcomes.flatMap((outcome) => [
        `${outcome.passed ? good('✓') : bad('✗')} ${outcome.title} ${faint(`${outcome.title === outcome.file ? '' : `${outcome.file}, `}${plural(outcome.records, 'record')}, ${duration(outcome.milliseconds)}`)}`,
        ...outcome.problems.map((problem) => `    ${bad(problem)}`),
        ...(outcome.passed ? [] : outcome.logs.map((line) => `    ${faint(line)}`)),
      ]),
      broken.length > 0
        ? bad('No test ran: the package has errors.')
        : `${outcomes.length - failed} passed, ${failed === 0 ? '0 failed' : bad(`${failed} failed`)}`,
    ].join('\n'),
  );
  if (failed > 0 || broken.length > 0) process.exitCode = EXIT_CODES.checkFailed.code;
}

interface PushOptions {
  readonly on?: boolean;
  readonly approveHosts?: boolean;
}

async function push(folder: string, options: PushOptions, context: Context): Promise<void> {
  const { writeZip } = await import('@middle/functions/package/zip.ts');
  const client = await context.api();
  const files = await readApp(folder);
  const version = await client.pushApp({
    body: new Uint8Array(writeZip(files)),
    query: {
      on: options.on === true ? 'true' : 'false',
      approveHosts: options.approveHosts === true ? 'true' : 'false',
    },
  });
  const waiting = version.declaredHosts.filter((host) => !version.approvedHosts.includes(host));
  context.print(version, () =>
    [
      `${good('✓')} ${strong(`${version.appKey} ${version.version}`)} is ${version.state}; ${plural(version.functions.length, 'function')}`,
      ...(waiting.length === 0
        ? []
        : [
            careful(`An owner must approve ${waiting.join(', ')} before its functions can reach it.`),
            faint('As an owner, push again with --approve-hosts, or approve in the portal.'),
          ]),
      faint(
        version.state === 'on'
          ? 'Next: in the portal, join it to an account with New connection, or move a connection to this version.'
          : 'Next: push it with --on when it is ready for connections; from then on it never changes.',
      ),
    ].join('\n'),
  );
}

async function pull(
  appKey: string,
  folder: string,
  wanted: string | undefined,
  context: Context,
): Promise<void> {
  const { readZip } = await import('@middle/functions/package/zip.ts');
  const client = await context.api();
  const version = wanted ?? (await newestVersion(client, appKey));
  const response = await client.downloadApp({ params: { appKey, version } });
  const files = readZip(new Uint8Array(await response.arrayBuffer()));
  const root = path.resolve(folder);
  await writeNewFolder(root, new Map<string, Uint8Array | string>([...(await editorFiles()), ...files]));
  context.print(
    { folder: root, app: appKey, version, files: [...files.keys()] },
    () => `${good('✓')} ${strong(`${appKey} ${version}`)} in ${root}, ${files.size} files`,
  );
}

async function newestVersion(client: Client, appKey: string): Promise<string> {
  const { items } = await client.listAppVersions({ params: { appKey }, query: { limit: 1 } });
  const [newest] = items;
  // An app without versions has nothing to pull: the API then says which version it looked for.
  return newest?.version ?? 'latest';
}

async function list(context: Context): Promise<void> {
  const client = await context.api();
  const page = await client.listApps({ query: { limit: 200 } });
  context.print(page, () =>
    table(page.items, [
      { title: 'APP', value: ({ key }) => key },
      { title: 'NAME', value: ({ name }) => name },
      { title: 'VERSION ON', value: ({ latestVersion }) => latestVersion },
      { title: 'VERSIONS', value: ({ versions }) => versions, align: 'right' },
      { title: 'CONNECTIONS', value: ({ connections }) => connections, align: 'right' },
    ]),
  );
}
