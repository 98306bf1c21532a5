import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { module } from './module.ts';

export const listModules = defineEndpoint({
  method: 'GET',
  path: '/modules',
  summary: 'Modules of the stack, by title',
  permission: 'modules.read',
  response: list(module),
});
