import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { versionParams } from './app.ts';

export const listAppFiles = defineEndpoint({
  method: 'GET',
  path: '/apps/{appKey}/versions/{version}/files',
  summary: "The files of a version's package",
  permission: 'apps.read',
  params: versionParams,
  response: list(z.strictObject({ path: z.string(), bytes: z.int() })),
});
