import { MiddleError } from '@middle/core/errors.ts';
import type { ErrorCode } from '@middle/core/error-codes.ts';
import type { Manifest } from '@middle/core/manifest.ts';
import type { FunctionBundle } from '@middle/functions/build/bundle.ts';
import type { PackageFiles } from '@middle/functions/package/files.ts';
import type { PackageProblem } from '@middle/functions/package/problem.ts';

export interface ReadPackage {
  readonly files: PackageFiles;
  /** Null when a problem is an error. */
  readonly manifest: Manifest | null;
  readonly bundles: readonly FunctionBundle[];
  readonly problems: readonly PackageProblem[];
  readonly digest: string;
  /** Why it was refused. */
  readonly refusal: ErrorCode | null;
}

/**
 * Checks and bundles a zip. The bundler is loaded here and not when the process starts: it is needed once a day, and
 * costs memory for good.
 * @throws MiddleError package_invalid when it is not a readable zip
 */
export async function readPackage(zip: Uint8Array): Promise<ReadPackage> {
  const [{ readZip }, { checkPackage }, { bundlePackage }] = await Promise.all([
    import('@middle/functions/package/zip.ts'),
    import('@middle/functions/package/check.ts'),
    import('@middle/functions/build/bundle.ts'),
  ]);
  const files = readZip(zip);
  const { manifest, functions, problems, digest } = checkPackage(files);
  if (manifest === null)
    return { files, manifest, bundles: [], problems, digest, refusal: 'manifest_invalid' };
  const built = await bundlePackage(files, functions);
  const failed = built.problems.some(({ severity }) => severity === 'error');
  return {
    files,
    manifest: failed ? null : manifest,
    bundles: built.bundles,
    problems: [...problems, ...built.problems],
    digest,
    refusal: failed ? 'bundle_failed' : null,
  };
}

/** The first error in words; all of them as data. */
export function refusalOf(code: ErrorCode, problems: readonly PackageProblem[]): MiddleError {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const place =
    first === undefined ? 'the package' : `${first.file}:${String(first.line)}:${String(first.column)}`;
  const more = errors.length > 1 ? ` (and ${String(errors.length - 1)} more)` : '';
  return new MiddleError(code, `${place}: ${first?.message ?? 'is wrong'}${more}`, {
    ...(first?.hint === undefined ? {} : { hint: first.hint }),
    data: { problems },
  });
}
