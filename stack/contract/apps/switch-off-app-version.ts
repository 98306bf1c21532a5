import { defineEndpoint } from '../endpoint.ts';
import { appVersionSummary, versionParams } from './app.ts';

export const switchOffAppVersion = defineEndpoint({
  method: 'POST',
  path: '/apps/{appKey}/versions/{version}/switch-off',
  summary: 'Switch a version off; no connection may use it',
  permission: 'apps.change',
  params: versionParams,
  response: appVersionSummary,
  errors: ['conflict'],
});
