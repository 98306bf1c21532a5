import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { moduleParams, moduleVersion } from './module.ts';

export const listModuleVersions = defineEndpoint({
  method: 'GET',
  path: '/modules/{moduleKey}/versions',
  summary: 'Versions of a module, newest first',
  permission: 'modules.read',
  params: moduleParams,
  query: pageQuery,
  response: page(moduleVersion),
});
