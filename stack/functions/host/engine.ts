import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What runs user code: how its process is started. Python will be a second one. */
export interface Engine {
  readonly name: 'javascript' | 'python';
  describe(): Promise<{ readonly name: string; readonly version: string }>;
  command(sandbox: { readonly scratch: string; readonly memoryMegabytes: number }): Command;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment: nothing of ours is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

const GUEST = fileURLToPath(new URL('../guest/deno/main.js', import.meta.url));

/** Deno without permissions: no network, no environment, no programs, no files but the scratch directory of the run. */
export function denoEngine(): Engine {
  const file = denoBinary();
  return {
    name: 'javascript',
    describe: async () => {
      const { stdout } = await promisify(execFile)(file, ['--version'], { env: { NO_COLOR: '1' } });
      return { name: 'deno', version: /^deno (\S+)/.exec(stdout)?.[1] ?? 'unknown' };
    },
    command: ({ scratch, memoryMegabytes }) => ({
      file,
      args: [
        'run',
        '--quiet',
        '--no-prompt',
        '--no-config',
        '--no-lock',
        '--no-remote',
        '--no-npm',
        '--cached-only',
        '--deny-import',
        // What may not be read seems not to be there, so that ordinary libraries load.
        '--ignore-env',
        '--ignore-read',
        `--allow-read=${scratch}`,
        `--allow-write=${scratch}`,
        `--v8-flags=--max-old-space-size=${String(memoryMegabytes)}`,
        GUEST,
      ],
      env: {
        // Below a regular file, so that the Cache API, localStorage and caches have nowhere to write.
        DENO_DIR: join(GUEST, 'none'),
        DENO_NO_UPDATE_CHECK: '1',
        NO_COLOR: '1',
      },
    }),
  };
}

function denoBinary(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('deno/package.json'));
  return join(folder, process.platform === 'win32' ? 'deno.exe' : 'deno');
}
