import { defineEndpoint } from '../endpoint.ts';
import { me, profile } from './person.ts';

export const updateMe = defineEndpoint({
  method: 'PATCH',
  path: '/me',
  summary: "Change one's own name or e-mail address",
  permission: 'signed_in',
  body: profile,
  response: me,
  errors: ['conflict'],
});
