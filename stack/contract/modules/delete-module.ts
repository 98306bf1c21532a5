import { defineEndpoint } from '../endpoint.ts';
import { moduleParams } from './module.ts';

export const deleteModule = defineEndpoint({
  method: 'DELETE',
  path: '/modules/{moduleKey}',
  summary: 'Delete a module with its versions',
  description: 'Refused while accounts use it.',
  permission: 'modules.change',
  params: moduleParams,
  errors: ['conflict'],
});
