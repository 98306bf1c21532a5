#!/usr/bin/env node
// Plain JavaScript, because it also runs on a Node that can't read TypeScript: then it starts the command again on the
// Node that npm installed beside it.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= 24) {
  process.argv[1] = main;
  await import('../main.ts');
} else {
  const root = path.dirname(createRequire(import.meta.url).resolve('node/package.json'));
  const program = path.join(root, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const child = spawn(program, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`error: Node 24 can't be started: ${error.message}\nRun npm install again.\n`);
    process.exitCode = 7;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === 'SIGINT' ? 130 : (code ?? 1);
  });
}
