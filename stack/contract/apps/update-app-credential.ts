import { defineEndpoint } from '../endpoint.ts';
import { appCredential, appCredentialChange, credentialParams } from './app.ts';

export const updateAppCredential = defineEndpoint({
  method: 'PATCH',
  path: '/apps/{appKey}/credentials/{credentialId}',
  summary: 'Change an app credential',
  permission: 'app_credentials.change',
  params: credentialParams,
  body: appCredentialChange,
  response: appCredential,
  errors: ['conflict'],
});
