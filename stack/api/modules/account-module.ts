import type { accountModule } from '@middle/contract/modules/module.ts';
import type { ModuleContent } from '@middle/core/module/content.ts';
import { connectionsOf, readWorkflows, variablesOf, workflowsOf } from '@middle/core/module/parts.ts';
import type { Queryable } from '@middle/store/database.ts';
import { listCopiesShown } from '@middle/store/modules/copies.ts';
import type { Module } from '@middle/store/modules/modules.ts';
import { getOptIn } from '@middle/store/modules/opt-ins.ts';
import { listCandidates } from '@middle/store/modules/slots.ts';
import type { z } from 'zod';
import type { Sendable } from '../call.ts';
import { newestContent } from './existing.ts';

type Answer = Sendable<z.output<typeof accountModule>>;

/** What an account can choose of a module, and what it chose. */
export async function accountModuleAnswer(db: Queryable, accountId: string, one: Module): Promise<Answer> {
  const content = await newestContent(db, one);
  const apps = content.connections.map(({ app }) => app);
  const candidates = await listCandidates(db, accountId, apps);
  const { key, title, description, version } = one;
  return {
    key,
    title,
    description,
    version,
    features: featuresOf(content),
    connections: content.connections.map((slot) => ({
      ...slot,
      candidates: candidates.filter(({ app }) => app === slot.app).map(({ id, name }) => ({ id, name })),
    })),
    variables: variablesOf(content, readWorkflows(content)),
    optIn: await optInOf(db, accountId, one.id),
  };
}

function featuresOf(content: ModuleContent): Answer['features'] {
  const read = readWorkflows(content);
  return content.features.map(({ key, title, description }) => {
    const workflows = workflowsOf(content, [key], read);
    return {
      key,
      title,
      description,
      workflows: workflows.map(({ name }) => name).toSorted(),
      triggers: workflows.reduce((sum, { triggers }) => sum + triggers.length, 0),
      connections: connectionsOf(content, workflows).map((slot) => slot.key),
      variables: variablesOf(content, workflows).map((variable) => variable.key),
    };
  });
}

async function optInOf(db: Queryable, accountId: string, moduleId: string): Promise<Answer['optIn']> {
  const optIn = await getOptIn(db, accountId, moduleId);
  if (optIn === null) return null;
  const { version, state, problem, features, bindings, variables, triggersOn } = optIn;
  const { id, chosenBy, chosenAt, appliedAt } = optIn;
  const chosen = { features, connections: bindings, variables, triggersOn, chosenBy, chosenAt };
  return { version, state, problem, ...chosen, appliedAt, workflows: await listCopiesShown(db, id) };
}
