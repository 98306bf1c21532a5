import { createHash } from 'node:crypto';
import type { BuildFailure, BuildResult, Message, OutputFile, Plugin } from 'esbuild';
import { build, stop } from 'esbuild';
import { z } from 'zod';
import type { PackageFunction } from '../package/check.ts';
import type { PackageFiles } from '../package/files.ts';
import type { PackageProblem } from '../package/problem.ts';
import { hasErrors, problemAt } from '../package/problem.ts';
import { LOADERS, resolveImport } from './resolve.ts';
import { MAP_COMMENT } from './source-map.ts';

/** A function's code goes over a pipe at each start; Lambda takes much more, but a start would take long. */
const BUNDLE_MAX_BYTES = 5 * 1024 * 1024;
const FILES = 'app';
const ENTRY = 'entry';

export interface FunctionBundle {
  readonly key: string;
  readonly kind: PackageFunction['kind'];
  readonly engine: PackageFunction['engine'];
  /** SHA-256 of the code, hex. The same package gives the same digest on every machine. */
  readonly digest: string;
  /** One CommonJS file whose `exports.default` is the function, ending in its source map. */
  readonly code: string;
}

export interface BundleResult {
  /** Empty when any problem is an error. */
  readonly bundles: readonly FunctionBundle[];
  readonly problems: readonly PackageProblem[];
}

/** Bundles every function of a package. Nothing of the package is run, and nothing outside of it is read. */
export async function bundlePackage(
  files: PackageFiles,
  functions: readonly PackageFunction[],
): Promise<BundleResult> {
  const problems = functions.filter((one) => one.engine === 'python').map(pythonProblem);
  const scripts = functions.filter((one) => one.engine === 'javascript');
  const { outputs, messages } = await runEsbuild(files, scripts);
  problems.push(...messages.errors.map((one) => toProblem(one, 'error')));
  problems.push(...messages.warnings.map((one) => toProblem(one, 'warning')));
  if (hasErrors(problems)) return { bundles: [], problems };
  const bundles = scripts.map((one) => toBundle(one, outputs));
  for (const [index, { code }] of bundles.entries()) {
    if (code.length <= BUNDLE_MAX_BYTES) continue;
    const file = scripts[index]?.file ?? '';
    const message = `The bundle has ${String(code.length)} bytes; at most ${String(BUNDLE_MAX_BYTES)} are allowed.`;
    problems.push(problemAt({ file }, 'bundle_too_large', message));
  }
  return { bundles: hasErrors(problems) ? [] : bundles, problems };
}

interface EsbuildOutcome {
  readonly outputs: readonly OutputFile[];
  readonly messages: { readonly errors: readonly Message[]; readonly warnings: readonly Message[] };
}

/** esbuild keeps a process of its own; it is stopped when the last build ends, so that an idle stack stays small. */
let running = 0;

async function runEsbuild(
  files: PackageFiles,
  functions: readonly PackageFunction[],
): Promise<EsbuildOutcome> {
  if (functions.length === 0) return { outputs: [], messages: { errors: [], warnings: [] } };
  running += 1;
  try {
    const result: BuildResult<{ write: false }> = await build({
      entryPoints: functions.map(({ file, key }) => ({ in: `${ENTRY}:${file}`, out: key })),
      plugins: [packagePlugin(files)],
      outdir: '/out',
      absWorkingDir: '/',
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'neutral',
      target: 'es2024',
      // import() of a computed name would reach past the bundle; a literal one is bundled.
      supported: { 'dynamic-import': false },
      sourcemap: 'external',
      sourcesContent: false,
      tsconfigRaw: '{}',
      charset: 'utf8',
      logLevel: 'silent',
      logLimit: 0,
    });
    return { outputs: result.outputFiles, messages: result };
  } catch (thrown) {
    if (!isBuildFailure(thrown)) throw thrown;
    return { outputs: [], messages: thrown };
  } finally {
    running -= 1;
    if (running === 0) await stop();
  }
}

function packagePlugin(files: PackageFiles): Plugin {
  return {
    name: 'app-package',
    setup(building) {
      building.onResolve({ filter: /.*/ }, ({ path, importer, namespace, kind, with: attributes }) => {
        if (kind === 'entry-point') return { path: path.slice(ENTRY.length + 1), namespace: ENTRY };
        if (namespace === ENTRY) return { path, namespace: FILES };
        if (attributes['type'] !== undefined && attributes['type'] !== 'json') {
          return {
            errors: [
              {
                text: `Files can't be imported as “${attributes['type']}”.`,
                detail: { code: 'import_kind' },
              },
            ],
          };
        }
        const resolved = resolveImport(path, importer, files);
        if ('path' in resolved) return { path: resolved.path, namespace: FILES };
        return { errors: [{ text: resolved.message, detail: { code: resolved.code, hint: resolved.hint } }] };
      });
      building.onLoad({ filter: /.*/, namespace: ENTRY }, ({ path }) => ({
        contents: `export { default } from ${JSON.stringify(path)};`,
        loader: 'js',
      }));
      building.onLoad({ filter: /.*/, namespace: FILES }, ({ path }) => {
        const loader = LOADERS.get(path.split('.').at(-1) ?? '') ?? 'js';
        return { contents: files.get(path) ?? '', loader };
      });
    },
  };
}

function toBundle({ key, kind, engine }: PackageFunction, outputs: readonly OutputFile[]): FunctionBundle {
  const text = outputs.find(({ path }) => path === `/out/${key}.js`)?.text ?? '';
  const map = outputs.find(({ path }) => path === `/out/${key}.js.map`)?.text ?? '';
  const code = `${text}${MAP_COMMENT}${Buffer.from(map).toString('base64')}\n`;
  return { key, kind, engine, digest: createHash('sha256').update(code).digest('hex'), code };
}

const detailSchema = z.object({ code: z.string(), hint: z.string().optional() });

function toProblem(message: Message, severity: 'error' | 'warning'): PackageProblem {
  const { location, text } = message;
  const file = location?.file.replace(/^(?:app|entry):/, '') ?? '';
  if (location?.file.startsWith(`${ENTRY}:`) === true) {
    return problemAt({ file }, 'function_no_default', 'The file has no default export.', {
      hint: 'Write `export default async function …(ctx) { … }`.',
    });
  }
  const detail = detailSchema.safeParse(message.detail);
  // esbuild counts columns from 0.
  const place = { file, line: location?.line ?? 1, column: (location?.column ?? 0) + 1 };
  const { code, hint } = detail.success ? detail.data : { code: 'syntax', hint: message.notes[0]?.text };
  return problemAt(place, code, /[.!?]$/.test(text) ? text : `${text}.`, { hint, severity });
}

function pythonProblem({ file }: PackageFunction): PackageProblem {
  return problemAt({ file }, 'engine_unavailable', "Python functions can't run in this release yet.", {
    hint: 'Write the function in TypeScript or JavaScript.',
  });
}

function isBuildFailure(thrown: unknown): thrown is BuildFailure {
  return thrown instanceof Error && 'errors' in thrown && Array.isArray(thrown.errors);
}
