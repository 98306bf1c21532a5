import { readAppFile as endpoint } from '@middle/contract/apps/read-app-file.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { readFileOf } from '@middle/store/app-versions.ts';
import { handler } from '../call.ts';
import { existingVersion } from './get-app-version.ts';

export const readAppFile = handler(endpoint, async ({ deps, params, query }) => {
  const { id } = await existingVersion(deps.database, params);
  const content = await readFileOf(deps.database, id, query.path);
  if (content === null) throw new MiddleError('not_found', `the package has no file ${query.path}`);
  return { path: query.path, bytes: content.length, text: asText(content) };
});

function asText(content: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
