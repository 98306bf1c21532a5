import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { packageProblem } from './app.ts';

export const checkApp = defineEndpoint({
  method: 'POST',
  path: '/apps/check',
  summary: 'Check an app package without storing it',
  permission: 'apps.change',
  consumes: 'application/zip',
  response: z.strictObject({ ok: z.boolean(), problems: z.array(packageProblem) }),
  errors: ['package_invalid'],
});
