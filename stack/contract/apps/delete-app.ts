import { defineEndpoint } from '../endpoint.ts';
import { appParams } from './app.ts';

export const deleteApp = defineEndpoint({
  method: 'DELETE',
  path: '/apps/{appKey}',
  summary: 'Delete an app and its versions; it must have no connections',
  permission: 'apps.change',
  params: appParams,
  errors: ['conflict'],
});
