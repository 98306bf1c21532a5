import { publishModuleFromAccount as endpoint } from '@middle/contract/modules/publish-module-from-account.ts';
import { contentOfAccount } from '@middle/store/modules/from-account.ts';
import { getModule } from '@middle/store/modules/modules.ts';
import { handler } from '../call.ts';
import { publishContent } from './publish.ts';

export const publishModuleFromAccount = handler(endpoint, async ({ deps, accountId, body, caller }) =>
  deps.database.transaction(async (client) => {
    const { notes, ...wanted } = body;
    const before = (await getModule(client, body.key))?.template ?? null;
    const known = before?.accountId === accountId ? before.workflows : {};
    const { content, keys } = await contentOfAccount(client, accountId, wanted, known);
    return publishContent(client, caller, content, { notes, template: { accountId, workflows: keys } });
  }),
);
