import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { appCredential, appParams } from './app.ts';

export const listAppCredentials = defineEndpoint({
  method: 'GET',
  path: '/apps/{appKey}/credentials',
  summary: "An app's own credentials, without their values",
  permission: 'app_credentials.read',
  params: appParams,
  response: list(appCredential),
});
