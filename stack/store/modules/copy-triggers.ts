import { isDeepStrictEqual } from 'node:util';
import sql from 'sql-template-tag';
import type { ModuleTrigger } from '@middle/core/module/content.ts';
import type { ModuleProblem } from '@middle/core/module/values.ts';
import { nextTick } from '@middle/core/workflow/trigger-schedule.ts';
import type { TriggerDefinition } from '@middle/core/workflow/trigger.ts';
import type { Transaction } from '../database.ts';
import { checkDefinition } from '../triggers/check.ts';
import { changeTrigger, deleteTrigger, insertTrigger, listTriggers } from '../triggers/triggers.ts';
import type { TriggerView } from '../triggers/triggers.ts';
import type { Bindings } from '../workflows/workflows.ts';
import { freeName } from './copies.ts';

export interface CopiedTriggers {
  readonly workflowId: string;
  readonly triggers: readonly ModuleTrigger[];
  readonly bindings: Bindings;
  /** The module's title. */
  readonly module: string;
  /** Whether new ones are switched on. Those that are there keep their switch. */
  readonly on: boolean;
  readonly now: Date;
}

/**
 * Makes a copy's triggers those of the module, after its workflow was published; the account's own on it stay. One
 * that is on is never seen switched off, so it misses nothing.
 */
export async function copyTriggers(
  client: Transaction,
  { workflowId, triggers, bindings, module, on, now }: CopiedTriggers,
): Promise<readonly ModuleProblem[]> {
  const there = await listTriggers(client, workflowId);
  const isWanted = (view: TriggerView): boolean => triggers.some(({ key }) => key === view.moduleTrigger);
  for (const gone of there.filter((view) => view.moduleTrigger !== null && !isWanted(view))) {
    await deleteTrigger(client, gone.id);
  }
  const problems: ModuleProblem[] = [];
  const names = there.filter(({ moduleTrigger }) => moduleTrigger === null).map(({ name }) => name);
  for (const one of triggers) {
    const name = freeName(one.name, module, names);
    const definition = definitionOf(one, name, bindings);
    const checked = await checkDefinition(client, workflowId, definition);
    problems.push(
      ...checked.problems.map(({ place, message }) => ({ path: `${one.key}.${place}`, message })),
    );
    if (checked.problems.length > 0) continue;
    const before = there.find(({ moduleTrigger }) => moduleTrigger === one.key);
    const { recordSetId } = checked;
    if (before === undefined)
      await add(client, { workflowId, key: one.key, definition, recordSetId, on, now });
    else await change(client, before, definition, recordSetId, now);
  }
  return problems;
}

function definitionOf(trigger: ModuleTrigger, name: string, bindings: Bindings): TriggerDefinition {
  const { key: _key, ...rest } = trigger;
  if (rest.kind === 'schedule') return { ...rest, name };
  const { connection, ...rules } = rest;
  return { ...rules, name, connectionId: bindings[connection] ?? '' };
}

interface Added {
  readonly workflowId: string;
  readonly key: string;
  readonly definition: TriggerDefinition;
  readonly recordSetId: number | null;
  readonly on: boolean;
  readonly now: Date;
}

async function add(
  client: Transaction,
  { workflowId, key, definition, recordSetId, on, now }: Added,
): Promise<void> {
  const nextTickAt = on && definition.kind === 'schedule' ? nextTick(definition.schedule, now) : null;
  const resolved = { recordSetId, nextTickAt, enabled: on };
  const id = await insertTrigger(client, workflowId, definition, resolved);
  await client.query(sql`update middle.trigger set module_trigger = ${key} where id = ${id}`);
}

async function change(
  client: Transaction,
  before: TriggerView,
  definition: TriggerDefinition,
  recordSetId: number | null,
  now: Date,
): Promise<void> {
  if (definition.kind !== before.kind) {
    // A trigger keeps its kind, so this is another one under the same key.
    await deleteTrigger(client, before.id);
    const { workflowId, enabled: on } = before;
    await add(client, { workflowId, key: before.moduleTrigger ?? '', definition, recordSetId, on, now });
    return;
  }
  if (isSame(before, definition, recordSetId)) return;
  const { enabled } = before;
  const nextTickAt = enabled ? await tickAfter(client, before, definition, now) : null;
  await changeTrigger(client, before, definition, { recordSetId, nextTickAt, enabled });
}

/** A tick that is due already is not passed over only because something else about the trigger changes. */
async function tickAfter(
  client: Transaction,
  before: TriggerView,
  definition: TriggerDefinition,
  now: Date,
): Promise<Date | null> {
  if (definition.kind !== 'schedule') return null;
  if (!isDeepStrictEqual(before.schedule, definition.schedule)) return nextTick(definition.schedule, now);
  const { rows } = await client.query<{ at: Date | null }>(
    sql`select next_tick_at as at from middle.trigger where id = ${before.id} for update`,
  );
  return rows[0]?.at ?? nextTick(definition.schedule, now);
}

function isSame(before: TriggerView, definition: TriggerDefinition, recordSetId: number | null): boolean {
  const { name, input, discard } = before;
  const common = { kind: before.kind, name, input, discard };
  if (definition.kind === 'schedule')
    return isDeepStrictEqual({ ...common, schedule: before.schedule }, { ...definition });
  const { connectionId, recordType, events, requeue, requeueSeconds, requeueAttempts } = before;
  const saved = { ...common, connectionId, recordType, events, requeue, requeueSeconds, requeueAttempts };
  return before.recordSetId === recordSetId && isDeepStrictEqual(saved, { ...definition });
}
