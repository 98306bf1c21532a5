import { defineEndpoint } from '../endpoint.ts';
import { versionParams } from './app.ts';

export const downloadApp = defineEndpoint({
  method: 'GET',
  path: '/apps/{appKey}/versions/{version}/package',
  summary: 'The package as a zip',
  permission: 'apps.read',
  params: versionParams,
  produces: 'application/zip',
});
