import { defineEndpoint } from '../endpoint.ts';
import { credentialParams } from './app.ts';

export const deleteAppCredential = defineEndpoint({
  method: 'DELETE',
  path: '/apps/{appKey}/credentials/{credentialId}',
  summary: 'Delete an app credential that no connection uses',
  permission: 'app_credentials.change',
  params: credentialParams,
  errors: ['conflict'],
});
