import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { createKeyFile } from './keys.ts';
import { writeDurably } from './files.ts';
import type { Passwords } from './postgres.ts';

/**
 * Everything a stack keeps on this machine, in one folder:
 *
 *   stack.json   what this folder is: the layout's number and when it was made
 *   sample.json  while the sample is installed: the port of its outside system
 *   postgres/    data/ the data directory, socket/ its unix socket; belongs to the cluster's own user
 *   keys/        stack.key, the passwords of the database's roles, the token of the command line
 *   search/      the search index: a copy, rebuilt from the database when lost
 *   run/         while it runs: lock, control socket, what the parts are told and which processes they are
 *   logs/        what the parts said, rotated
 *   scratch/     room for functions; emptied at each start
 *   backups/     the stack's backups, unless another folder was named
 *   backup.json  where backups are, and how far back they reach
 *   restored.json  of a restored folder: from which moment, and whether it is a preview
 *
 * Only its owner may enter it. Keep a copy of keys/stack.key elsewhere: backups are worth nothing without it.
 */
export interface DataFolder {
  readonly root: string;
  readonly postgres: string;
  readonly keys: string;
  readonly search: string;
  readonly run: string;
  readonly logs: string;
  readonly scratch: string;
  readonly blobs: string;
  readonly backups: string;
}

const FOLDERS = ['postgres', 'keys', 'search', 'run', 'logs', 'scratch', 'blobs', 'backups'] as const;
const LAYOUT = 1;

export function dataFolderAt(folder: string): DataFolder {
  const root = path.resolve(folder);
  const under = (name: string): string => path.join(root, name);
  return {
    root,
    postgres: under('postgres'),
    keys: under('keys'),
    search: under('search'),
    run: under('run'),
    logs: under('logs'),
    scratch: under('scratch'),
    blobs: under('blobs'),
    backups: under('backups'),
  };
}

/** Makes the folder, or checks that it is a stack's. */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const data = dataFolderAt(folder);
  try {
    await mkdir(data.root, { recursive: true, mode: 0o700 });
    await checkLayout(data.root);
    await chmod(data.root, 0o700);
    for (const name of FOLDERS) await mkdir(data[name], { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (cause instanceof MiddleError) throw cause;
    throw new MiddleError('config_invalid', `The data folder can't be used: ${messageOf(cause)}`, {
      hint: 'Choose a folder that you may write to with --data DIR.',
      cause,
    });
  }
  return data;
}

async function checkLayout(root: string): Promise<void> {
  const marker = path.join(root, 'stack.json');
  const text = await readFile(marker, 'utf8').catch(() => null);
  if (text === null) {
    const others = (await readdir(root)).filter((name) => name !== 'stack.json.new');
    if (others.length > 0) {
      throw new MiddleError('config_invalid', `${root} is neither empty nor a stack's data folder.`, {
        hint: 'Choose an empty or a new folder with --data DIR.',
      });
    }
    await writeDurably(
      marker,
      `${JSON.stringify({ layout: LAYOUT, createdAt: new Date().toISOString() })}\n`,
    );
    return;
  }
  const described: { layout?: unknown } = JSON.parse(text);
  if (described.layout !== LAYOUT) {
    throw new MiddleError(
      'config_invalid',
      `${root} has layout ${String(described.layout)}, this release knows ${LAYOUT}.`,
      {
        hint: 'Start the release that last ran on this folder, or a later one.',
      },
    );
  }
}

export interface Secrets {
  readonly passwords: Passwords;
  /** The bearer token of the command line. */
  readonly cliToken: string;
  /** The file with the stack's key. */
  readonly stackKey: string;
}

/** Reads the stack's secrets; makes those that a new stack doesn't have yet. */
export async function openSecrets(data: DataFolder): Promise<Secrets> {
  const stackKey = path.join(data.keys, 'stack.key');
  if (!(await exists(stackKey))) {
    if (await exists(path.join(data.postgres, 'data'))) {
      throw new MiddleError('config_invalid', `The stack's key is missing: ${stackKey}`, {
        hint: 'Without it no credential in the database can be read. Restore it from the backup of keys/.',
      });
    }
    await createKeyFile(stackKey);
  }
  return {
    passwords: {
      superuser: await secret(data, 'superuser.password'),
      owner: await secret(data, 'owner.password'),
      api: await secret(data, 'api.password'),
      worker: await secret(data, 'worker.password'),
    },
    cliToken: await secret(data, 'cli.token'),
    stackKey,
  };
}

async function secret(data: DataFolder, name: string): Promise<string> {
  const file = path.join(data.keys, name);
  const present = await readFile(file, 'utf8').catch(() => null);
  if (present !== null && present.trim() !== '') return present.trim();
  const fresh = randomBytes(32).toString('base64url');
  await writeDurably(file, `${fresh}\n`);
  return fresh;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
