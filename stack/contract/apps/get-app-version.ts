import { defineEndpoint } from '../endpoint.ts';
import { appVersion, versionParams } from './app.ts';

export const getAppVersion = defineEndpoint({
  method: 'GET',
  path: '/apps/{appKey}/versions/{version}',
  summary: 'One app version with its manifest',
  permission: 'apps.read',
  params: versionParams,
  response: appVersion,
});
