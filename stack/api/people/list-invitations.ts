import { listInvitations as endpoint } from '@middle/contract/people/list-invitations.ts';
import { listInvitations as list } from '@middle/store/people.ts';
import { handler } from '../call.ts';

export const listInvitations = handler(endpoint, async ({ deps }) => ({ items: await list(deps.database) }));
