import sql from 'sql-template-tag';
import type { ModuleConnection } from '@middle/core/module/content.ts';
import type { ModuleProblem } from '@middle/core/module/values.ts';
import type { Queryable } from '../database.ts';
import type { Bindings } from '../workflows/workflows.ts';

/** A connection that could fill a slot. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly app: string;
}

/** An account's connections of these apps, by name. */
export async function listCandidates(
  db: Queryable,
  accountId: string,
  apps: readonly string[],
): Promise<readonly Candidate[]> {
  const { rows } = await db.query<Candidate>(sql`
    select c.id, c.name, a.key as app from middle.connection c
    join middle.app_version v on v.id = c.app_version_id
    join middle.app a on a.id = v.app_id
    where c.account_id = ${accountId} and a.key = any(${apps}::text[]) order by c.name, c.id`);
  return rows;
}

/** What is chosen, and for the rest the account's only connection of the app. */
export function fillSlots(
  needed: readonly ModuleConnection[],
  known: readonly string[],
  candidates: readonly Candidate[],
  chosen: Bindings,
): { readonly bindings: Bindings; readonly problems: readonly ModuleProblem[] } {
  const bindings: Record<string, string> = {};
  const problems: ModuleProblem[] = Object.keys(chosen)
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: `connections.${key}`, message: 'is no connection of the module' }));
  for (const { key, title, app } of needed) {
    const ofApp = candidates.filter((one) => one.app === app);
    const wanted = chosen[key] ?? (ofApp.length === 1 ? ofApp[0]?.id : undefined);
    if (wanted !== undefined && ofApp.some(({ id }) => id === wanted)) bindings[key] = wanted;
    else problems.push({ path: `connections.${key}`, message: lacking(title, app, ofApp, wanted) });
  }
  return { bindings, problems };
}

function lacking(
  title: string,
  app: string,
  ofApp: readonly Candidate[],
  wanted: string | undefined,
): string {
  if (wanted !== undefined) {
    return `“${title}” needs a connection of the app ${app}; the account has no such connection ${wanted}`;
  }
  if (ofApp.length === 0) return `“${title}” needs a connection of the app ${app}, and the account has none`;
  return `“${title}” can be filled by ${ofApp.map(({ name }) => `“${name}”`).join(' or ')}: choose one`;
}
