import { defineEndpoint } from '../endpoint.ts';
import { module, moduleParams } from './module.ts';

export const getModule = defineEndpoint({
  method: 'GET',
  path: '/modules/{moduleKey}',
  summary: 'A module',
  permission: 'modules.read',
  params: moduleParams,
  response: module,
});
