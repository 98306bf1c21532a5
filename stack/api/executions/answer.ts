import type { executionDetail, exportFile } from '@middle/contract/executions/execution.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getExecution, listBulkProgress } from '@middle/store/executions/history.ts';
import { listExportFiles } from '@middle/store/exports/files.ts';
import type { ExportFile } from '@middle/store/exports/files.ts';
import type { ExecutionDetail } from '@middle/store/executions/history.ts';
import type { z } from 'zod';
import type { Sendable } from '../call.ts';

/** @throws MiddleError not_found */
export async function existingExecution(db: Queryable, id: string): Promise<ExecutionDetail> {
  const found = await getExecution(db, id);
  if (found !== null) return found;
  throw new MiddleError('not_found', `there is no execution ${id}`, {
    hint: 'Executions are kept for a limited time; it may have expired.',
  });
}

export async function executionAnswer(
  db: Queryable,
  id: string,
): Promise<Sendable<z.output<typeof executionDetail>>> {
  const [found, bulk, files] = await Promise.all([
    existingExecution(db, id),
    listBulkProgress(db, id),
    listExportFiles(db, id),
  ]);
  return {
    ...found,
    bulk,
    files: files.map(shownFile),
  };
}

function shownFile(file: ExportFile): Sendable<z.output<typeof exportFile>> {
  const { id, place, name, total, lookedAt, rows, bytes, beganAt, storedAt, expiresAt } = file;
  return { id, place, name, total, lookedAt, rows, bytes, beganAt, storedAt, expiresAt };
}
