import { defineEndpoint } from '../endpoint.ts';
import { app, appParams } from './app.ts';

export const getApp = defineEndpoint({
  method: 'GET',
  path: '/apps/{appKey}',
  summary: 'One app',
  permission: 'apps.read',
  params: appParams,
  response: app,
});
