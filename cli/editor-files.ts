import { readFile } from 'node:fs/promises';

const SDK = new URL('../sdk/', import.meta.url);

/** The first line of a manifest: what editors with a YAML language server check and complete by. */
export const SCHEMA_LINE = '# yaml-language-server: $schema=.middle/middle.app.schema.json\n';

/**
 * What an editor needs to know the manifest and `ctx`: copies in a hidden folder, which is no part of the package, so
 * that an app's folder is complete wherever it lies.
 */
export async function editorFiles(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['.middle/middle.app.schema.json', await readFile(new URL('middle.app.schema.json', SDK), 'utf8')],
    ['.middle/sdk.ts', await readFile(new URL('typescript/index.ts', SDK), 'utf8')],
    ['tsconfig.json', `${JSON.stringify(TSCONFIG, null, 2)}\n`],
  ]);
}

const TSCONFIG = {
  compilerOptions: {
    target: 'esnext',
    module: 'preserve',
    lib: ['esnext', 'dom', 'dom.iterable'],
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    isolatedModules: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    paths: { '@middle/sdk': ['./.middle/sdk.ts'] },
  },
  include: ['functions', 'packages', '.middle/sdk.ts'],
};
