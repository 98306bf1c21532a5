import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { dataFolderAt } from '@middle/cloud/local/data-folder.ts';
import { readRunning } from '@middle/cloud/local/stack-lock.ts';
import { askControl } from '@middle/cloud/local/supervisor/control.ts';
import type { Client } from '@middle/contract/client.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Command } from 'commander';
import envPaths from 'env-paths';

/** What every command gets. */
export interface Context {
  /** Whether the person asked for JSON. */
  readonly json: boolean;
  /** The data folder of the stack in question; absolute. */
  readonly dataFolder: string;
  /** A client of the running stack's API, as an instance owner. Throws `not_running`. */
  api(): Promise<Client>;
  /** Where the running stack's portal and API are. Throws `not_running`. */
  address(): Promise<string>;
  /** Asks the supervisor. Throws `not_running`. */
  control(method: 'GET' | 'POST', path: string): Promise<unknown>;
  /** The answer of a command, once: `value` as one line of JSON with --json, else what `human` makes of it. */
  print(value: unknown, human: () => string): void;
  /** A line about what happens meanwhile, for people only. */
  note(line: string): void;
}

export const DATA_VARIABLE = 'MIDDLE_DATA';

export function createContext(program: Command): Context {
  const options = (): { json?: boolean; data?: string } => program.opts();
  const dataFolder = (): string =>
    path.resolve(options().data ?? process.env[DATA_VARIABLE] ?? defaultDataFolder());
  const address = async (): Promise<string> => {
    const running = await readRunning(dataFolderAt(dataFolder()));
    const known = running?.address ?? null;
    if (known !== null) return known;
    throw new MiddleError('not_running', `No stack runs on ${dataFolder()}.`, { hint: START_HINT });
  };
  return {
    get json() {
      return options().json ?? false;
    },
    get dataFolder() {
      return dataFolder();
    },
    address,
    async api() {
      const baseUrl = await address();
      const token = await readFile(path.join(dataFolderAt(dataFolder()).keys, 'cli.token'), 'utf8');
      // Loaded when needed: `up` stays running and shall stay small.
      const { createClient } = await import('@middle/contract/client.ts');
      return createClient({ baseUrl, token: token.trim() });
    },
    async control(method, route) {
      const running = await readRunning(dataFolderAt(dataFolder()));
      if (running === null)
        throw new MiddleError('not_running', `No stack runs on ${dataFolder()}.`, { hint: START_HINT });
      return askControl(running.controlSocket, method, route);
    },
    print(value, human) {
      process.stdout.write(`${options().json === true ? JSON.stringify(value) : human()}\n`);
    },
    note(line) {
      if (options().json !== true) process.stderr.write(`${line}\n`);
    },
  };
}

const START_HINT = 'Start it with `middle up`, or name another data folder with --data DIR.';

/** `~/.local/share/middle` on Linux, or below XDG_DATA_HOME; the like on other systems. */
export function defaultDataFolder(): string {
  return envPaths('middle', { suffix: '' }).data;
}
