import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { person } from './person.ts';

export const listPeople = defineEndpoint({
  method: 'GET',
  path: '/people',
  summary: 'People who can sign in',
  permission: 'people.read',
  query: pageQuery,
  response: page(person),
});
