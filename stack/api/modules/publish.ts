import { isDeepStrictEqual } from 'node:util';
import type { publishedModule } from '@middle/contract/modules/module.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { checkModule } from '@middle/core/module/check.ts';
import type { ModuleContent } from '@middle/core/module/content.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Transaction } from '@middle/store/database.ts';
import { addJob } from '@middle/store/jobs.ts';
import { readApps } from '@middle/store/modules/apps.ts';
import { getModuleVersion, insertModuleVersion, lockModule } from '@middle/store/modules/modules.ts';
import type { Template } from '@middle/store/modules/modules.ts';
import type { z } from 'zod';
import type { Caller } from '../call.ts';

/**
 * Makes the content the newest version, and asks for a job that brings the accounts to it.
 * @throws MiddleError module_invalid, with each problem
 */
export async function publishContent(
  client: Transaction,
  caller: Caller,
  content: ModuleContent,
  { notes, template }: { readonly notes: string; readonly template: Template | null },
): Promise<z.output<typeof publishedModule>> {
  const { key } = content;
  const before = await lockModule(client, key);
  const apps = await readApps(
    client,
    content.connections.map(({ app }) => app),
  );
  requireNone(content, checkModule(content, apps));
  const accounts = before?.accounts ?? 0;
  if (before !== null && (await isSame(client, before.id, before.version, content))) {
    return { key, version: before.version, isNew: false, accounts };
  }
  const by = caller.actorName;
  const { id, version } = await insertModuleVersion(client, content, { notes, by, template });
  await addAuditEvent(client, caller, {
    action: 'module.publish',
    subjectKind: 'module',
    subjectId: id,
    detail: { key, version, notes },
  });
  if (accounts > 0) {
    await addJob(client, {
      kind: 'module_update',
      subject: `${key}:${version}`,
      input: { moduleId: id },
      requestedBy: caller.actor,
    });
  }
  return { key, version, isNew: true, accounts };
}

async function isSame(
  client: Transaction,
  moduleId: string,
  version: number,
  content: ModuleContent,
): Promise<boolean> {
  const newest = await getModuleVersion(client, moduleId, version);
  // As it comes back from the database, where a key without a value is none.
  return newest !== null && isDeepStrictEqual(newest.content, JSON.parse(JSON.stringify(content)));
}

function requireNone({ title }: ModuleContent, problems: ReturnType<typeof checkModule>): void {
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  throw new MiddleError('module_invalid', `“${title}”: ${first.path}: ${first.message}${more}`, {
    data: { problems, errors: problems },
  });
}
