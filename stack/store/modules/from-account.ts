import { MiddleError } from '@middle/core/errors.ts';
import { MODULE_FORMAT } from '@middle/core/module/content.ts';
import type {
  ModuleConnection,
  ModuleContent,
  ModuleTrigger,
  ModuleVariable,
} from '@middle/core/module/content.ts';
import { callsOf } from '@middle/core/module/parts.ts';
import { toPortable } from '@middle/core/module/portable.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { Transaction } from '../database.ts';
import { listTriggers } from '../triggers/triggers.ts';
import type { TriggerView } from '../triggers/triggers.ts';
import { appOfConnection } from '../workflows/slots.ts';
import { getVersion } from '../workflows/versions.ts';
import { getWorkflow } from '../workflows/workflows.ts';
import type { Workflow } from '../workflows/workflows.ts';

export interface WantedModule {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly ModuleVariable[];
  readonly features: readonly {
    readonly key: string;
    readonly title: string;
    readonly description: string;
    /** Ids; what these call comes along. */
    readonly workflows: readonly string[];
  }[];
}

interface Found {
  readonly workflow: Workflow;
  readonly definition: WorkflowDefinition;
}

/**
 * A module of what an account has published, with its triggers.
 * @param known keys that workflows had in an earlier version, by their ids: accounts' copies go by these keys
 * @throws MiddleError module_invalid
 */
export async function contentOfAccount(
  client: Transaction,
  accountId: string,
  wanted: WantedModule,
  known: Readonly<Record<string, string>>,
): Promise<{ readonly content: ModuleContent; readonly keys: Readonly<Record<string, string>> }> {
  const found = await findAll(
    client,
    accountId,
    wanted.features.flatMap(({ workflows }) => workflows),
  );
  const keys = keysFor(found, known);
  const slots = new Slots(client);
  for (const { workflow, definition } of found) slots.add(workflow, definition);
  const workflows: ModuleContent['workflows'] = [];
  for (const { workflow, definition } of found) {
    const { id, name, notes, atOnce, priority } = workflow;
    const key = keys.get(id) ?? '';
    workflows.push({
      key,
      name,
      notes,
      atOnce,
      priority,
      definition: toPortable(definition, keys, key),
      triggers: await slots.triggers(await listTriggers(client, id)),
    });
  }
  const features = wanted.features.map((one) => ({
    ...one,
    workflows: one.workflows.map((id) => keys.get(id) ?? ''),
  }));
  const { key, title, description } = wanted;
  const variables = [...wanted.variables];
  return {
    content: {
      format: MODULE_FORMAT,
      key,
      title,
      description,
      connections: slots.list(),
      variables,
      workflows,
      features,
    },
    keys: Object.fromEntries(keys),
  };
}

/** These workflows and all that they call, each once. */
async function findAll(
  client: Transaction,
  accountId: string,
  ids: readonly string[],
): Promise<readonly Found[]> {
  const found = new Map<string, Found>();
  const left = [...ids];
  for (let id = left.shift(); id !== undefined; id = left.shift()) {
    if (found.has(id)) continue;
    const workflow = await getWorkflow(client, id);
    if (workflow === null || workflow.accountId !== accountId)
      throw invalid('features', `the account has no workflow ${id}`);
    const { version, name } = workflow;
    const published = version === null ? null : await getVersion(client, id, version);
    if (published === null) throw invalid('features', `“${name}” was never published`);
    found.set(id, { workflow, definition: published.definition });
    left.push(...callsOf(published.definition));
  }
  return [...found.values()];
}

function keysFor(
  found: readonly Found[],
  known: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const { workflow } of found) {
    const key = known[workflow.id];
    if (key !== undefined) keys.set(workflow.id, key);
  }
  for (const { workflow } of found) {
    if (keys.has(workflow.id)) continue;
    keys.set(workflow.id, free(keyOf(workflow.name, 'workflow'), [...keys.values()]));
  }
  return keys;
}

/** A name as a key: “New customer” is new-customer. */
function keyOf(name: string, otherwise: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? otherwise : plain;
}

function free(key: string, taken: readonly string[]): string {
  let result = key;
  for (let number = 2; taken.includes(result); number += 1) result = `${key}-${number}`;
  return result;
}

/** The slots of a module: those of its workflows, and one for each connection that only a trigger listens to. */
class Slots {
  readonly #client: Transaction;
  readonly #slots = new Map<string, ModuleConnection>();
  readonly #connections: Record<string, string> = {};

  constructor(client: Transaction) {
    this.#client = client;
  }

  list(): ModuleContent['connections'] {
    return [...this.#slots.values()];
  }

  add({ name, bindings }: Workflow, { connections }: WorkflowDefinition): void {
    for (const slot of connections) {
      const there = this.#connections[slot.key];
      const connection = bindings[slot.key];
      if (there !== undefined && connection !== undefined && there !== connection) {
        throw invalid(
          `connections.${slot.key}`,
          `is another connection in “${name}” than in other workflows; in a module a slot is one connection`,
        );
      }
      if (!this.#slots.has(slot.key)) this.#slots.set(slot.key, slot);
      if (connection !== undefined) this.#connections[slot.key] = connection;
    }
  }

  async triggers(views: readonly TriggerView[]): Promise<ModuleTrigger[]> {
    const triggers: ModuleTrigger[] = [];
    for (const view of views) {
      const key = free(
        keyOf(view.name, 'trigger'),
        triggers.map((one) => one.key),
      );
      triggers.push(await this.#trigger(view, key));
    }
    return triggers;
  }

  async #trigger(view: TriggerView, key: string): Promise<ModuleTrigger> {
    const { name, input, discard } = view;
    const common = { key, name, input, discard };
    if (view.schedule !== null) return { kind: 'schedule', ...common, schedule: view.schedule };
    const { connectionId, recordType, events, requeue, requeueSeconds, requeueAttempts } = view;
    if (connectionId === null || recordType === null)
      throw invalid('features', `the connection of the trigger “${name}” was deleted`);
    const connection = await this.#slotOf(connectionId);
    const rules = { events, requeue, requeueSeconds, requeueAttempts };
    return { kind: 'record', ...common, connection, recordType, ...rules };
  }

  async #slotOf(connectionId: string): Promise<string> {
    const filled = Object.entries(this.#connections).find(([, id]) => id === connectionId);
    if (filled !== undefined) return filled[0];
    const app = (await appOfConnection(this.#client, connectionId)) ?? '';
    const key = free(keyOf(app, 'connection').replaceAll('-', '_'), [...this.#slots.keys()]);
    this.#slots.set(key, { key, title: app, app });
    this.#connections[key] = connectionId;
    return key;
  }
}

function invalid(path: string, message: string): MiddleError {
  return new MiddleError('module_invalid', `${path}: ${message}`, {
    data: { problems: [{ path, message }], errors: [{ path, message }] },
  });
}
