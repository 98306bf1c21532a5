import { defineEndpoint } from '../endpoint.ts';
import { appCredential, appParams, newAppCredential } from './app.ts';

export const createAppCredential = defineEndpoint({
  method: 'POST',
  path: '/apps/{appKey}/credentials',
  summary: "Add a credential at the app's level, such as a client id and secret",
  permission: 'app_credentials.change',
  params: appParams,
  body: newAppCredential,
  status: 201,
  response: appCredential,
  errors: ['conflict'],
});
