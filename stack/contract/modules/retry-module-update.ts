import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { moduleParams } from './module.ts';

export const retryModuleUpdate = defineEndpoint({
  method: 'POST',
  path: '/modules/{moduleKey}/accounts/retry',
  summary: 'Try the newest version again in the accounts that don’t have it',
  permission: 'modules.change',
  params: moduleParams,
  response: z.strictObject({ accounts: z.int().meta({ description: 'How many are tried again.' }) }),
});
