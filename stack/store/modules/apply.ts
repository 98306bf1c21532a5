import { isDeepStrictEqual } from 'node:util';
import { MiddleError } from '@middle/core/errors.ts';
import type { ModuleContent } from '@middle/core/module/content.ts';
import { connectionsOf, readWorkflows, variablesOf, workflowsOf } from '@middle/core/module/parts.ts';
import type { ReadWorkflow } from '@middle/core/module/parts.ts';
import { fromPortable } from '@middle/core/module/portable.ts';
import { valueProblems, withValues } from '@middle/core/module/values.ts';
import type { ModuleProblem } from '@middle/core/module/values.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { Transaction } from '../database.ts';
import { announceExecutions } from '../executions/start.ts';
import { listTriggers } from '../triggers/triggers.ts';
import { problemsOf } from '../workflows/check.ts';
import { triggerProblems } from '../workflows/trigger-problems.ts';
import { getVersion, insertVersion } from '../workflows/versions.ts';
import {
  changeWorkflow,
  deleteWorkflow,
  listCallers,
  lockWorkflow,
  saveDraft,
} from '../workflows/workflows.ts';
import type { Bindings, Workflow } from '../workflows/workflows.ts';
import { freeWorkflowName, insertCopy, listCopies, makeOwn } from './copies.ts';
import type { Copy } from './copies.ts';
import { copyTriggers } from './copy-triggers.ts';
import type { Choice } from './opt-ins.ts';
import { fillSlots, listCandidates } from './slots.ts';

/** What becomes of copies that are no longer of a chosen feature. */
export interface Removal {
  /** `delete`, or `keep`: they become the account's own. */
  readonly copies: 'delete' | 'keep';
  /** Of deleted ones: what becomes of executions under way. */
  readonly underWay: 'finish' | 'cancel';
}

export interface Application {
  readonly optIn: { readonly id: string; readonly accountId: string };
  readonly content: ModuleContent;
  readonly version: number;
  readonly choice: Choice;
  readonly removal: Removal;
  /** Who is named for it. */
  readonly by: string;
  readonly now: Date;
}

export interface Applied {
  /** What the chosen features need, with the slots that could only be filled in one way. */
  readonly bindings: Bindings;
  readonly added: readonly string[];
  readonly published: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Makes an account's copies what a version of a module and the account's choice say: the same for opting in, choosing
 * otherwise, a new version and opting out. All of it or nothing, in the caller's transaction, which holds the opt-in.
 * @throws MiddleError module_unfit, with each problem
 */
export async function applyModule(client: Transaction, application: Application): Promise<Applied> {
  return new ModuleApplication(client, application).run();
}

class ModuleApplication {
  readonly #client: Transaction;
  readonly #of: Application;
  readonly #wanted: readonly ReadWorkflow[];
  #bindings: Bindings = {};
  readonly #problems: ModuleProblem[] = [];
  /** Keys of copies that could not be published: who calls them would only be told the same again. */
  readonly #unfit = new Set<string>();
  readonly #published: string[] = [];

  constructor(client: Transaction, application: Application) {
    this.#client = client;
    this.#of = application;
    const { content, choice } = application;
    this.#wanted = workflowsOf(content, choice.features, readWorkflows(content));
  }

  async run(): Promise<Applied> {
    const { optIn } = this.#of;
    await this.#choose();
    const there = await listCopies(this.#client, optIn.id);
    const added: Copy[] = [];
    for (const one of this.#wanted) {
      if (!there.some(({ key }) => key === one.key)) added.push(await this.#add(one));
    }
    const ids = new Map([...there, ...added].map(({ key, id }) => [key, id]));
    for (const one of this.#wanted) await this.#publish(one, ids);
    const isWanted = (copy: Copy): boolean => this.#wanted.some(({ key }) => key === copy.key);
    const removed = there.filter((copy) => !isWanted(copy));
    await this.#remove(removed);
    this.#requireNoProblems();
    return {
      bindings: this.#bindings,
      added: added.map(({ name }) => name),
      published: this.#published,
      removed: removed.map(({ name }) => name),
    };
  }

  /** The connections and values that the chosen features need. */
  async #choose(): Promise<void> {
    const { content, choice, optIn } = this.#of;
    const known = content.features.map(({ key }) => key);
    for (const key of choice.features.filter((one) => !known.includes(one))) {
      const path = `features.${key}`;
      this.#problems.push({ path, message: `the module has no such feature; it has ${known.join(', ')}` });
    }
    const needed = connectionsOf(content, this.#wanted);
    const apps = needed.map(({ app }) => app);
    const candidates = await listCandidates(this.#client, optIn.accountId, apps);
    const slots = content.connections.map(({ key }) => key);
    const filled = fillSlots(needed, slots, candidates, choice.bindings);
    this.#bindings = filled.bindings;
    const variables = content.variables.map(({ key }) => key);
    this.#problems.push(
      ...filled.problems,
      ...valueProblems(variablesOf(content, this.#wanted), variables, choice.variables),
    );
    // What is missing is told before anything that would only follow from it.
    this.#requireNoProblems();
  }

  async #add({ key, name, atOnce, priority }: ReadWorkflow): Promise<Copy> {
    const { optIn, by } = this.#of;
    const free = await this.#free(name, null);
    const { id: optInId, accountId } = optIn;
    return insertCopy(this.#client, { accountId, optInId, key, name: free, atOnce, priority, by });
  }

  async #free(name: string, id: string | null): Promise<string> {
    const { content, optIn } = this.#of;
    return freeWorkflowName(this.#client, { accountId: optIn.accountId, name, module: content.title, id });
  }

  async #publish(one: ReadWorkflow, ids: ReadonlyMap<string, string>): Promise<void> {
    const { content, choice, now } = this.#of;
    const copy = await lockWorkflow(this.#client, ids.get(one.key) ?? '');
    if (copy === null) throw new MiddleError('internal', `the copy of ${one.key} is gone`);
    if (one.calls.some((called) => this.#unfit.has(called))) {
      this.#unfit.add(one.key);
      return;
    }
    const bindings = pick(
      this.#bindings,
      one.definition.connections.map(({ key }) => key),
    );
    const definition = this.#definition(one, ids);
    const name = await this.#free(one.name, copy.id);
    await changeWorkflow(this.#client, copy.id, { ...copy, name, notes: one.notes, bindings });
    const problems = await this.#problemsOf(copy, definition, bindings);
    if (problems.length === 0) {
      await this.#putInForce(copy, definition);
      const triggers = await copyTriggers(this.#client, {
        workflowId: copy.id,
        triggers: one.triggers,
        bindings: this.#bindings,
        module: content.title,
        on: choice.triggersOn,
        now,
      });
      problems.push(...triggers.map(({ path, message }) => ({ path: `triggers.${path}`, message })));
    }
    if (problems.length > 0) this.#unfit.add(one.key);
    this.#problems.push(
      ...problems.map(({ path, message }) => ({ path: `workflows.${one.key}.${path}`, message })),
    );
  }

  #definition(one: ReadWorkflow, ids: ReadonlyMap<string, string>): WorkflowDefinition {
    const { content, choice } = this.#of;
    const portable = content.workflows.find(({ key }) => key === one.key)?.definition ?? {};
    return withValues(
      fromPortable(portable, ids, one.key),
      variablesOf(content, this.#wanted),
      choice.variables,
    );
  }

  /** Of the definition, and of the account's own triggers on this copy. */
  async #problemsOf(
    copy: Workflow,
    definition: WorkflowDefinition,
    bindings: Bindings,
  ): Promise<ModuleProblem[]> {
    const own = (await listTriggers(this.#client, copy.id)).filter(
      ({ enabled, moduleTrigger }) => enabled && moduleTrigger === null,
    );
    return [
      ...(await problemsOf(this.#client, copy.accountId, definition, bindings)),
      ...(await triggerProblems(this.#client, own, { bindings, definition })),
    ].map(({ path, message }) => ({ path, message }));
  }

  async #putInForce(copy: Workflow, definition: WorkflowDefinition): Promise<void> {
    const { content, version, by } = this.#of;
    const before = copy.version === null ? null : await getVersion(this.#client, copy.id, copy.version);
    if (!isDeepStrictEqual(copy.draft, definition)) await saveDraft(this.#client, copy.id, definition, by);
    if (before !== null && isDeepStrictEqual(before.definition, definition)) return;
    const notes = `Version ${version} of ${content.title}`;
    await insertVersion(this.#client, copy.id, { definition, notes, by });
    this.#published.push(copy.name);
  }

  async #remove(copies: readonly Copy[]): Promise<void> {
    const { removal, optIn, by } = this.#of;
    if (copies.length === 0) return;
    const ids = copies.map(({ id }) => id);
    if (removal.copies === 'keep') return makeOwn(this.#client, ids);
    for (const { id, key, name } of copies) {
      const callers = await listCallers(this.#client, optIn.accountId, id);
      const others = callers.filter((one) => !ids.includes(one.id));
      if (others.length > 0) {
        const message = `“${name}” is called by ${others.map((one) => `“${one.name}”`).join(', ')}`;
        this.#problems.push({ path: `workflows.${key}`, message });
      }
    }
    for (const id of ids) await deleteWorkflow(this.#client, id, by, removal.underWay);
    await announceExecutions(this.#client);
  }

  #requireNoProblems(): void {
    const [first] = this.#problems;
    if (first === undefined) return;
    const { content, version } = this.#of;
    const more = this.#problems.length === 1 ? '' : ` (and ${this.#problems.length - 1} more)`;
    throw new MiddleError(
      'module_unfit',
      `version ${version} of “${content.title}” doesn’t fit: ${first.path}: ${first.message}${more}`,
      { data: { problems: this.#problems, errors: this.#problems } },
    );
  }
}

function pick(bindings: Bindings, keys: readonly string[]): Bindings {
  return Object.fromEntries(Object.entries(bindings).filter(([key]) => keys.includes(key)));
}
