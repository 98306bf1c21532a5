import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient } from '@middle/contract/client.ts';
import type { Client } from '@middle/contract/client.ts';

const CLI = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

export interface RunningStack extends AsyncDisposable {
  /** Its data. */
  readonly folder: string;
  readonly address: string;
  readonly signInLink: string;
  /** As the command line: an owner. */
  readonly client: Client;
}

/** A whole stack with the sample, started as a person would start it, in a data folder of its own. */
export async function startStack(): Promise<RunningStack> {
  const folder = await mkdtemp(join(tmpdir(), 'middle-portal-'));
  const child = spawn(process.execPath, [CLI, '--json', '--data', folder, 'up', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: a Ctrl-C in the terminal reaches the test, which then ends the stack.
    detached: true,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'exit');
  const ready = await Promise.race([firstLine(child.stdout), ended.then(() => null)]);
  if (ready === null) throw new Error(`the stack did not start:\n${said}`);
  const { address, signInLink }: { address: string; signInLink: string } = JSON.parse(ready);
  const token = (await readFile(join(folder, 'keys', 'cli.token'), 'utf8')).trim();
  return {
    folder,
    address,
    signInLink,
    client: createClient({ baseUrl: address, token }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | null> {
  for await (const line of createInterface({ input: stream })) return line;
  return null;
}
