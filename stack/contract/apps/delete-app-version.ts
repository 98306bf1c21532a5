import { defineEndpoint } from '../endpoint.ts';
import { versionParams } from './app.ts';

export const deleteAppVersion = defineEndpoint({
  method: 'DELETE',
  path: '/apps/{appKey}/versions/{version}',
  summary: 'Delete a version that no connection uses',
  permission: 'apps.change',
  params: versionParams,
  errors: ['conflict'],
});
