import { defineEndpoint } from '../endpoint.ts';
import { person, personParams, roles } from './person.ts';

export const setRoles = defineEndpoint({
  method: 'PUT',
  path: '/people/{personId}/roles',
  summary: "Change a person's role in the stack and in its accounts",
  permission: 'people.change',
  params: personParams,
  body: roles,
  response: person,
  errors: ['conflict'],
});
