import { defineEndpoint } from '../endpoint.ts';
import { moduleContent, moduleVersion, moduleVersionParams } from './module.ts';

export const getModuleVersion = defineEndpoint({
  method: 'GET',
  path: '/modules/{moduleKey}/versions/{version}',
  summary: 'A version of a module with its content',
  permission: 'modules.read',
  params: moduleVersionParams,
  response: moduleVersion.extend({ content: moduleContent }).meta({ id: 'ModuleVersionWithContent' }),
});
