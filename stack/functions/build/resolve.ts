import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { nearest } from '@middle/core/nearest.ts';
import type { PackageFiles } from '../package/files.ts';

/** What a function may import: source and JSON of its own package. */
export const LOADERS = new Map<string, 'ts' | 'js' | 'json'>([
  ['ts', 'ts'],
  ['js', 'js'],
  ['mjs', 'js'],
  ['json', 'json'],
]);
const EXTENSIONS = [...LOADERS.keys()];

export type Resolution =
  { readonly path: string } | { readonly code: string; readonly message: string; readonly hint: string };

/** @param importer path of the importing file in the package */
export function resolveImport(specifier: string, importer: string, files: PackageFiles): Resolution {
  if (specifier === '@middle/sdk') {
    return {
      code: 'import_sdk',
      message: '@middle/sdk has types only.',
      hint: 'Write `import type`; everything a function can do is on its ctx.',
    };
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(specifier) && !specifier.startsWith('node:')) {
    return {
      code: 'import_network',
      message: `“${specifier}” is not a file of this package.`,
      hint: 'Put the code into packages/ and import it with a relative path.',
    };
  }
  if (specifier.startsWith('/') || specifier.startsWith('\\')) {
    return {
      code: 'import_absolute',
      message: `“${specifier}” is an absolute path.`,
      hint: 'A function sees its own package only: use a relative path.',
    };
  }
  if (specifier.startsWith('.')) return relative(specifier, importer, files);
  if (isBuiltin(specifier)) {
    return {
      code: 'import_builtin',
      message: `“${specifier}” is a part of Node.js, which functions don't have.`,
      hint: 'Functions have the web platform: fetch, URL, crypto, TextDecoder, streams and so on.',
    };
  }
  return {
    code: 'import_package',
    message: `“${specifier}” is an npm package; functions can't use these yet.`,
    hint: 'Put the code you need into packages/ and import it with a relative path.',
  };
}

function relative(specifier: string, importer: string, files: PackageFiles): Resolution {
  const wanted = posix.normalize(posix.join(posix.dirname(importer), specifier));
  if (wanted.startsWith('..')) {
    return {
      code: 'import_outside',
      message: `“${specifier}” leaves the package.`,
      hint: 'A function sees its own package only.',
    };
  }
  const candidates = [
    wanted,
    ...EXTENSIONS.map((extension) => `${wanted}.${extension}`),
    ...EXTENSIONS.map((extension) => posix.join(wanted, `index.${extension}`)),
    // TypeScript's habit of importing the file that a compiler would write.
    ...(wanted.endsWith('.js') ? [`${wanted.slice(0, -3)}.ts`] : []),
  ];
  const found = candidates.find((path) => files.has(path));
  if (found === undefined) {
    const near = nearest(wanted, [...files.keys()]);
    return {
      code: 'import_missing',
      message: `There is no “${wanted}” in this package.`,
      hint: near === null ? 'Paths are relative to the importing file.' : `Did you mean “${near}”?`,
    };
  }
  if (!EXTENSIONS.includes(found.split('.').at(-1) ?? '')) {
    return {
      code: 'import_kind',
      message: `“${found}” can't be imported.`,
      hint: `Import files ending in ${EXTENSIONS.map((extension) => `.${extension}`).join(', ')}.`,
    };
  }
  return { path: found };
}
