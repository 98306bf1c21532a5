import { listSessions as endpoint } from '@middle/contract/session/list-sessions.ts';
import { listSessions as list } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { personIdOf } from './answer.ts';

export const listSessions = handler(endpoint, async ({ deps, caller }) => ({
  items: await list(deps.database, personIdOf(caller), caller.sessionToken),
}));
