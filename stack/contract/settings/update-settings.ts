import { defineEndpoint } from '../endpoint.ts';
import { settings, settingsChange } from './settings.ts';

export const updateSettings = defineEndpoint({
  method: 'PATCH',
  path: '/settings',
  summary: 'Change settings of the stack',
  permission: 'settings.change',
  body: settingsChange,
  response: settings,
});
