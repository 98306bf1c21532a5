import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { messageOf } from '@middle/core/errors.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import type { BenchContext } from '../bench.ts';

const FOLDER = path.resolve(import.meta.dirname, '../peers');

export interface PeerTask {
  readonly address: DatabaseAddress;
  readonly count: number;
  readonly atOnce: number;
}

export interface PeerFigures {
  readonly perSecond: number;
  /** Milliseconds of each. */
  readonly times: readonly number[];
}

/** Installs what is compared with, the first time; false with a note when that can't be had. */
export async function installPeers({ progress }: Pick<BenchContext, 'progress'>): Promise<boolean> {
  if (existsSync(path.join(FOLDER, 'node_modules'))) return true;
  progress('installing the peers into bench/peers (24 MB, once)');
  try {
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--workspaces=false'], {
      cwd: FOLDER,
    });
    return true;
  } catch (error) {
    progress(`the peers can't be installed: ${messageOf(error)}`);
    return false;
  }
}

/** Runs a peer in a process of its own, on the same Postgres. */
export async function runPeer(name: 'dbos' | 'graphile-worker', task: PeerTask): Promise<PeerFigures> {
  const child = spawn(process.execPath, [path.join(FOLDER, `${name}.js`)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(task));
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const figures: PeerFigures = JSON.parse(said);
  return figures;
}
