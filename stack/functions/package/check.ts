import type { Manifest } from '@middle/core/manifest.ts';
import { MANIFEST_FILE } from '@middle/core/manifest.ts';
import { nearest } from '@middle/core/nearest.ts';
import type { PackageFiles } from './files.ts';
import { fileProblems, packageDigest } from './files.ts';
import type { ManifestFileCheck } from './manifest-file.ts';
import { checkManifestFile } from './manifest-file.ts';
import type { PackageProblem } from './problem.ts';
import { hasErrors, problemAt } from './problem.ts';

export type Engine = 'javascript' | 'python';

/** One function of a package: a file in `functions/` that the manifest names. */
export interface PackageFunction {
  readonly key: string;
  readonly file: string;
  readonly kind: 'sync' | 'action' | 'webhook';
  readonly engine: Engine;
}

export interface PackageCheck {
  /** Null when any problem is an error. */
  readonly manifest: Manifest | null;
  readonly functions: readonly PackageFunction[];
  readonly problems: readonly PackageProblem[];
  readonly digest: string;
}

const ENGINES: Readonly<Record<string, Engine>> = { ts: 'javascript', js: 'javascript', py: 'python' };

/** Everything that can be known about a package without bundling or running it, all problems at once. */
export function checkPackage(files: PackageFiles): PackageCheck {
  const digest = packageDigest(files);
  const problems = fileProblems(files);
  const source = files.get(MANIFEST_FILE);
  if (source === undefined) {
    const hint = 'Every app package has one at its top. `middle app init` makes a new package.';
    problems.push(
      problemAt({ file: MANIFEST_FILE }, 'manifest_missing', `There is no ${MANIFEST_FILE}.`, { hint }),
    );
    return { manifest: null, functions: [], problems, digest };
  }
  const text = decode(source);
  if (text === null) {
    problems.push(problemAt({ file: MANIFEST_FILE }, 'encoding', 'The file is not UTF-8 text.'));
    return { manifest: null, functions: [], problems, digest };
  }
  const check = checkManifestFile(text);
  problems.push(...check.problems);
  if (check.manifest === null) return { manifest: null, functions: [], problems, digest };
  const functions = functionsOf(check.manifest, files, check, problems);
  problems.push(...unusedFunctions(functions, files), ...packageProblems(check.manifest, files, check));
  return { manifest: hasErrors(problems) ? null : check.manifest, functions, problems, digest };
}

function functionsOf(
  manifest: Manifest,
  files: PackageFiles,
  { locate }: ManifestFileCheck,
  problems: PackageProblem[],
): PackageFunction[] {
  const found = new Map<string, PackageFunction>();
  const available = functionFiles(files);
  const uses = [
    ...manifest.syncs.map((sync, at) => ({
      key: sync.function,
      kind: 'sync' as const,
      path: ['syncs', at, 'function'],
    })),
    ...manifest.actions.map((action, at) => ({
      key: action.function,
      kind: 'action' as const,
      path: ['actions', at, 'function'],
    })),
    ...manifest.webhooks.map((webhook, at) => ({
      key: webhook.function,
      kind: 'webhook' as const,
      path: ['webhooks', at, 'function'],
    })),
  ];
  for (const { key, kind, path } of uses) {
    const matching = available.filter((file) => file.key === key);
    const [file] = matching;
    if (file === undefined) {
      const near = nearest(
        key,
        available.map((one) => one.key),
      );
      const hint = near === null ? `Write functions/${key}.ts.` : `Did you mean “${near}”?`;
      problems.push(
        problemAt(locate(path), 'function_missing', `There is no functions/${key}.ts.`, { hint }),
      );
    } else if (matching.length > 1) {
      const names = matching.map((one) => one.path).join(' and ');
      problems.push(
        problemAt(locate(path), 'function_ambiguous', `“${key}” may be ${names}.`, {
          hint: 'Rename one of them.',
        }),
      );
    } else {
      found.set(key, { key, file: file.path, kind, engine: file.engine });
    }
  }
  return [...found.values()];
}

function functionFiles(files: PackageFiles): { path: string; key: string; engine: Engine }[] {
  return [...files.keys()].flatMap((path) => {
    const [, key, extension] = /^functions\/([^/]+?)\.([a-z]+)$/.exec(path) ?? [];
    const engine = ENGINES[extension ?? ''];
    return key === undefined || engine === undefined || path.endsWith('.d.ts') ? [] : [{ path, key, engine }];
  });
}

function unusedFunctions(functions: readonly PackageFunction[], files: PackageFiles): PackageProblem[] {
  const used = new Set(functions.map((one) => one.file));
  return functionFiles(files).flatMap(({ path }) =>
    used.has(path)
      ? []
      : [
          problemAt({ file: path }, 'function_unused', 'No sync, action or webhook names this function.', {
            severity: 'warning',
            hint: 'Name it in the manifest, or put shared code into packages/.',
          }),
        ],
  );
}

function packageProblems(
  manifest: Manifest,
  files: PackageFiles,
  { locate }: ManifestFileCheck,
): PackageProblem[] {
  const paths = [...files.keys()];
  return manifest.packages.flatMap(({ key }, at) =>
    paths.some(
      (path) =>
        path.startsWith(`packages/${key}/`) || /^\.(?:ts|js)$/.test(path.replace(`packages/${key}`, '')),
    )
      ? []
      : [
          problemAt(
            locate(['packages', at, 'key']),
            'package_missing',
            `There is no packages/${key}.ts and no folder packages/${key}.`,
          ),
        ],
  );
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
