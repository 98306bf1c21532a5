import { downloadApp as endpoint } from '@middle/contract/apps/download-app.ts';
import { readFiles } from '@middle/store/app-versions.ts';
import { handler } from '../call.ts';
import { existingVersion } from './get-app-version.ts';

export const downloadApp = handler(endpoint, async ({ deps, params, setHeader }) => {
  const { id } = await existingVersion(deps.database, params);
  const { writeZip } = await import('@middle/functions/package/zip.ts');
  setHeader('content-disposition', `attachment; filename="${params.appKey}-${params.version}.zip"`);
  return writeZip(await readFiles(deps.database, id));
});
