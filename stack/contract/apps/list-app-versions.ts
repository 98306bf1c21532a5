import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { appParams, appVersionSummary } from './app.ts';

export const listAppVersions = defineEndpoint({
  method: 'GET',
  path: '/apps/{appKey}/versions',
  summary: 'Versions of an app, newest first',
  permission: 'apps.read',
  params: appParams,
  query: pageQuery,
  response: page(appVersionSummary),
});
