import { createFileLink as endpoint } from '@middle/contract/executions/create-file-link.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { FILE_LINK_PURPOSE, signFileLink } from '@middle/core/export/file-link.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { findExportFile } from '@middle/store/exports/files.ts';
import { readPublicUrl } from '@middle/store/public-url.ts';
import { handler } from '../call.ts';

/** Long enough to begin a download; one that has begun goes on to its end. */
const LINK_SECONDS = 900;

export const createFileLink = handler(endpoint, async ({ deps, params, accountId, caller }) => {
  const { database, keys, clock } = deps;
  const now = clock.now();
  const file = await findExportFile(database, params.fileId);
  if (file === null || file.executionId !== params.executionId || file.expiresAt <= now) {
    throw new MiddleError('not_found', `there is no file ${params.fileId} of this execution`, {
      hint: 'Files are kept as long as their step says. Run the execution again to write it anew.',
    });
  }
  if (file.storedAt === null) throw new MiddleError('conflict', 'the file is not whole yet');
  const end = Math.min(now.getTime() / 1_000 + LINK_SECONDS, file.expiresAt.getTime() / 1_000);
  const expires = Math.floor(end);
  const token = signFileLink(
    { file: file.id, name: file.name, expires },
    await keys.derive(FILE_LINK_PURPOSE),
  );
  await database.transaction((client) =>
    addAuditEvent(client, caller, {
      action: 'execution.file_link',
      subjectKind: 'execution',
      subjectId: params.executionId,
      accountId,
      detail: { file: file.name },
    }),
  );
  return {
    url: `${(await readPublicUrl(database)) ?? ''}/files/${token}`,
    expiresAt: new Date(expires * 1_000),
  };
});
