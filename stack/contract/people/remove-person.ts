import { defineEndpoint } from '../endpoint.ts';
import { personParams } from './person.ts';

export const removePerson = defineEndpoint({
  method: 'DELETE',
  path: '/people/{personId}',
  summary: 'Remove a person and end their sessions',
  permission: 'people.change',
  params: personParams,
  errors: ['conflict'],
});
