import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { appVersionSummary, versionParams } from './app.ts';

export const approveHosts = defineEndpoint({
  method: 'PUT',
  path: '/apps/{appKey}/versions/{version}/approved-hosts',
  summary: 'Approve the hosts that the functions of a version may reach',
  permission: 'apps.approve_hosts',
  params: versionParams,
  body: z.strictObject({ hosts: z.array(z.string().min(1).max(253)).max(50) }),
  response: appVersionSummary,
});
