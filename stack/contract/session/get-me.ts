import { defineEndpoint } from '../endpoint.ts';
import { me } from './person.ts';

export const getMe = defineEndpoint({
  method: 'GET',
  path: '/me',
  summary: 'Who is signed in, and what they may do',
  permission: 'signed_in',
  response: me,
});
