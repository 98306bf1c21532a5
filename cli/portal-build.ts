import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MiddleError } from '@middle/core/errors.ts';

const STACK = fileURLToPath(new URL('../stack/', import.meta.url));
const PORTAL = path.join(STACK, 'portal');
const DIGEST = path.join(PORTAL, 'dist', '.built-from');
/** What the portal is built from: its own files and the packages it imports. */
const SOURCES = ['portal', 'contract', 'core'];
const LEFT_OUT = /(^|\/)(node_modules|dist|e2e)(\/|$)|\.test\.tsx?$/;

/** Builds the portal unless it was built from the same sources. @returns for how many milliseconds it built, or null. */
export async function buildPortal(): Promise<number | null> {
  const begin = performance.now();
  const digest = await digestOfSources();
  if ((await readFile(DIGEST, 'utf8').catch(() => '')) === digest) return null;
  const resolve = createRequire(path.join(PORTAL, 'package.json')).resolve;
  const vite = path.join(path.dirname(resolve('vite/package.json')), 'bin', 'vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: PORTAL,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new MiddleError('internal', `The portal could not be built.\n${output.trimEnd()}`);
  await writeFile(DIGEST, digest);
  return performance.now() - begin;
}

async function digestOfSources(): Promise<string> {
  const digest = createHash('sha256').update(process.version);
  for (const source of SOURCES) {
    const root = path.join(STACK, source);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(STACK, path.join(entry.parentPath, entry.name)))
      .filter((file) => !LEFT_OUT.test(file))
      .sort();
    for (const file of files) {
      digest
        .update(`${file}\0`)
        .update(await readFile(path.join(STACK, file)))
        .update('\0');
    }
  }
  return digest.digest('hex');
}
