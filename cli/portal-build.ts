import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MiddleError } from '@middle/core/errors.ts';

const STACK = fileURLToPath(new URL('../stack/', import.meta.url));
const PORTAL = path.join(STACK, 'portal');
const BUILT = path.join(PORTAL, 'dist');
/** On the same file system as the built portal, and ignored by git. */
const WORKSHOP = fileURLToPath(new URL('../.cache/', import.meta.url));
const DIGEST_FILE = '.built-from';
/** What the portal is built from: its own files and the packages it imports. */
const SOURCES = ['portal', 'contract', 'core'];
const LEFT_OUT = /(^|\/)(node_modules|dist|e2e)(\/|$)|\.test\.tsx?$/;

/**
 * Builds the portal unless it was built from the same sources. It is built aside and put in place whole, since other
 * stacks may serve it meanwhile.
 * @returns for how many milliseconds it built, or null.
 */
export async function buildPortal(): Promise<number | null> {
  const begin = performance.now();
  const digest = await digestOfSources();
  const built = await readFile(path.join(BUILT, DIGEST_FILE), 'utf8').catch(() => null);
  // Whoever may not write here runs what somebody who may has built.
  if (built === digest || (built !== null && !(await isWritable(PORTAL)))) return null;
  const aside = path.join(WORKSHOP, `portal-${process.pid}`);
  try {
    await mkdir(aside, { recursive: true });
    await runVite(aside);
    await writeFile(path.join(aside, DIGEST_FILE), digest);
    const old = `${aside}-old`;
    await rename(BUILT, old).catch(() => {});
    await rename(aside, BUILT);
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return performance.now() - begin;
}

async function runVite(outDir: string): Promise<void> {
  const { resolve } = createRequire(path.join(PORTAL, 'package.json'));
  const vite = path.join(path.dirname(resolve('vite/package.json')), 'bin', 'vite.js');
  const args = [vite, 'build', '--logLevel', 'warn', '--emptyOutDir', '--outDir', outDir];
  const child = spawn(process.execPath, args, { cwd: PORTAL, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new MiddleError('internal', `The portal could not be built.\n${output.trimEnd()}`);
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

function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
