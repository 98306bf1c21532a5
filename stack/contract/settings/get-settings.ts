import { defineEndpoint } from '../endpoint.ts';
import { settings } from './settings.ts';

export const getSettings = defineEndpoint({
  method: 'GET',
  path: '/settings',
  summary: 'Settings of the stack',
  permission: 'settings.read',
  response: settings,
});
