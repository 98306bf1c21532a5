import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { invitation } from './person.ts';

export const listInvitations = defineEndpoint({
  method: 'GET',
  path: '/invitations',
  summary: 'Invitations that nobody has accepted yet',
  permission: 'people.read',
  response: list(invitation),
});
