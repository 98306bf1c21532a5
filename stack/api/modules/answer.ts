import type { module, moduleAccount } from '@middle/contract/modules/module.ts';
import { allows } from '@middle/core/permissions.ts';
import type { Module } from '@middle/store/modules/modules.ts';
import type { OptIn } from '@middle/store/modules/opt-ins.ts';
import type { z } from 'zod';
import type { Caller, Sendable } from '../call.ts';

/** Who uses it is for owners: others know of their own accounts only. */
export function moduleAnswer(one: Module, caller: Caller): Sendable<z.output<typeof module>> {
  const { key, title, description, version, publishedAt, accounts, attention, template } = one;
  const shown = { key, title, description, version, publishedAt };
  return allows(caller.access, 'modules.change')
    ? { ...shown, accounts, attention, template }
    : { ...shown, accounts: null, attention: null, template: null };
}

export function moduleAccountAnswer(one: OptIn): Sendable<z.output<typeof moduleAccount>> {
  const { accountId, accountKey, accountName, version, state, problem, features, appliedAt } = one;
  return { accountId, accountKey, accountName, version, state, problem, features, appliedAt };
}
