import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { flag } from '../shared.ts';
import { appVersion } from './app.ts';

export const pushApp = defineEndpoint({
  method: 'POST',
  path: '/apps/push',
  summary: 'Push an app package',
  description:
    'The body is a zip of the package. The manifest names the app and the version; the app is made when it is new. A draft with the same version is replaced; a version that was switched on is not (version_immutable), unless the files are the same.',
  permission: 'apps.change',
  query: z.strictObject({
    on: flag.default('false').meta({ description: 'Switch the version on at once.' }),
    approveHosts: flag
      .default('false')
      .meta({ description: "Approve the manifest's egress hosts at once; asks for apps.approve_hosts." }),
  }),
  consumes: 'application/zip',
  response: appVersion,
  errors: ['package_invalid', 'manifest_invalid', 'bundle_failed', 'version_immutable'],
});
