import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly hint: string;
}

export const ROOT = path.resolve(import.meta.dirname, '..');

/** The tools of node_modules first, so that `node` is the bundled one whoever starts this. */
export function environment(): NodeJS.ProcessEnv {
  const bin = path.join(ROOT, 'node_modules', '.bin');
  return { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };
}

/** Runs the steps one after the other, showing the output of those that fail. Returns how many failed. */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  let failed = 0;
  for (const step of steps) {
    const began = performance.now();
    const { code, output } = await runQuietly(step.command);
    const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${seconds} s  ${step.name}\n`);
    if (code !== 0) {
      failed += 1;
      process.stdout.write(`${output.trimEnd()}\n\n  ${step.hint}\n\n`);
    }
  }
  return failed;
}

async function runQuietly([program, ...args]: Step['command']): Promise<{ code: number; output: string }> {
  const child = spawn(program, args, { cwd: ROOT, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code]: (number | null)[] = await once(child, 'close');
  return { code: code ?? 1, output: Buffer.concat(chunks).toString() };
}
