import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { app } from './app.ts';

export const listApps = defineEndpoint({
  method: 'GET',
  path: '/apps',
  summary: 'Apps of the stack',
  permission: 'apps.read',
  query: pageQuery,
  response: page(app),
});
