import { listAccountModules as endpoint } from '@middle/contract/modules/list-account-modules.ts';
import { listModules } from '@middle/store/modules/modules.ts';
import { listOptInsOfAccount } from '@middle/store/modules/opt-ins.ts';
import { handler } from '../call.ts';

export const listAccountModules = handler(endpoint, async ({ deps, accountId }) => {
  const optIns = await listOptInsOfAccount(deps.database, accountId);
  const modules = await listModules(deps.database);
  return {
    items: modules.map(({ id, key, title, description, version }) => {
      const optIn = optIns.find(({ moduleId }) => moduleId === id);
      if (optIn === undefined) return { key, title, description, version, optIn: null };
      const { state, features } = optIn;
      return { key, title, description, version, optIn: { version: optIn.version, state, features } };
    }),
  };
});
