import { publishModule as endpoint } from '@middle/contract/modules/publish-module.ts';
import { handler } from '../call.ts';
import { publishContent } from './publish.ts';

export const publishModule = handler(endpoint, async ({ deps, body, caller }) =>
  deps.database.transaction(async (client) =>
    publishContent(client, caller, body.content, { notes: body.notes, template: null }),
  ),
);
