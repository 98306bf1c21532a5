import { defineEndpoint } from '../endpoint.ts';
import { app, appChange, appParams } from './app.ts';

export const updateApp = defineEndpoint({
  method: 'PATCH',
  path: '/apps/{appKey}',
  summary: "Change an app's settings",
  permission: 'apps.change',
  params: appParams,
  body: appChange,
  response: app,
});
