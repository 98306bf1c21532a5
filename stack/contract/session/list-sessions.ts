import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { session } from './person.ts';

export const listSessions = defineEndpoint({
  method: 'GET',
  path: '/me/sessions',
  summary: "One's own open sessions",
  permission: 'signed_in',
  response: list(session),
});
