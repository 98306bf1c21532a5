import { MiddleError } from '@middle/core/errors.ts';
import type { ModuleContent } from '@middle/core/module/content.ts';
import type { Queryable, Transaction } from '@middle/store/database.ts';
import { getModule, getModuleVersion, lockModule } from '@middle/store/modules/modules.ts';
import type { Module } from '@middle/store/modules/modules.ts';

/** @throws MiddleError not_found */
export async function existingModule(db: Queryable, key: string): Promise<Module> {
  return found(await getModule(db, key), key);
}

/** The same, and nobody publishes it or opts in to it until the transaction's end. @throws MiddleError not_found */
export async function lockedModule(client: Transaction, key: string): Promise<Module> {
  return found(await lockModule(client, key), key);
}

export async function newestContent(db: Queryable, { id, key, version }: Module): Promise<ModuleContent> {
  const newest = await getModuleVersion(db, id, version);
  if (newest !== null) return newest.content;
  throw new MiddleError('internal', `the module ${key} has no version ${version}`);
}

function found(one: Module | null, key: string): Module {
  if (one !== null) return one;
  throw new MiddleError('not_found', `there is no module ${key}`);
}
