import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { versionParams } from './app.ts';

export const readAppFile = defineEndpoint({
  method: 'GET',
  path: '/apps/{appKey}/versions/{version}/files/content',
  summary: 'One file as text',
  permission: 'apps.read',
  params: versionParams,
  query: z.strictObject({ path: z.string().min(1).max(400) }),
  response: z.strictObject({
    path: z.string(),
    bytes: z.int(),
    text: z.string().nullable().meta({ description: 'Null when it is not UTF-8 text.' }),
  }),
});
