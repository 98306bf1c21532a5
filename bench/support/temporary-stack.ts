import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@middle/contract/client.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';

/** A whole stack of its own, started as a person would, with `middle up`; disposing of it leaves nothing. */
export interface TemporaryStack extends AsyncDisposable {
  readonly folder: string;
  readonly client: ReturnType<typeof createClient>;
  readonly database: { readonly owner: DatabaseAddress; readonly worker: DatabaseAddress };
}

const CLI = path.resolve(import.meta.dirname, '../../cli/main.ts');

export async function temporaryStack(): Promise<TemporaryStack> {
  const folder = await mkdtemp(path.join(tmpdir(), 'middle-bench-'));
  const args = [CLI, 'up', '--data', folder, '--port', '0', '--no-sample', '--json'];
  const stack = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line]: string[] = await once(createInterface(stack.stdout), 'line');
  const { address }: { address: string } = JSON.parse(line ?? '{}');
  const secret = async (name: string): Promise<string> =>
    (await readFile(path.join(folder, 'keys', name), 'utf8')).trim();
  const config: { database: DatabaseAddress } = JSON.parse(
    await readFile(path.join(folder, 'run', 'worker.json'), 'utf8'),
  );
  const owner = { ...config.database, user: 'middle_owner', password: await secret('owner.password') };
  return {
    folder,
    client: createClient({ baseUrl: address, token: await secret('cli.token') }),
    database: { owner, worker: config.database },
    async [Symbol.asyncDispose]() {
      stack.kill('SIGTERM');
      if (stack.exitCode === null) await once(stack, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
