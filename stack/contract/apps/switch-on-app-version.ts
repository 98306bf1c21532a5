import { defineEndpoint } from '../endpoint.ts';
import { appVersionSummary, versionParams } from './app.ts';

export const switchOnAppVersion = defineEndpoint({
  method: 'POST',
  path: '/apps/{appKey}/versions/{version}/switch-on',
  summary: 'Switch a version on',
  description: 'It moves no connection. From now on the version never changes.',
  permission: 'apps.change',
  params: versionParams,
  response: appVersionSummary,
});
