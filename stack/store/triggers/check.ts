import { MiddleError } from '@middle/core/errors.ts';
import { nearest } from '@middle/core/nearest.ts';
import { compileRules } from '@middle/core/workflow/trigger-rules.ts';
import type { RulesProblem, TriggerSight } from '@middle/core/workflow/trigger-rules.ts';
import type { TriggerDefinition, TriggerRules } from '@middle/core/workflow/trigger.ts';
import type { Queryable } from '../database.ts';
import { listRecordSets } from '../record-sets.ts';
import { ACCOUNT_OF } from '../subjects.ts';
import { readSight } from './sight.ts';
import { readTriggered } from './triggers.ts';
import type { TriggeredWorkflow } from './triggers.ts';

/** A definition with what it refers to, and what is wrong with it. */
export interface CheckedTrigger {
  readonly workflow: TriggeredWorkflow;
  readonly recordSetId: number | null;
  readonly sight: TriggerSight;
  readonly rules: TriggerRules;
  readonly problems: readonly RulesProblem[];
}

export async function checkDefinition(
  db: Queryable,
  workflowId: string,
  definition: TriggerDefinition,
): Promise<CheckedTrigger> {
  const workflow = await readTriggered(db, workflowId);
  if (workflow === null) throw new MiddleError('not_found', `there is no workflow ${workflowId}`);
  const { input, discard } = definition;
  const rules = { input, discard, requeue: definition.kind === 'record' ? definition.requeue : null };
  const found =
    definition.kind === 'record' ? await findSet(db, workflow, definition) : { recordSetId: null };
  if ('problem' in found) {
    return { workflow, recordSetId: null, sight: { record: null }, rules, problems: [found.problem] };
  }
  const { recordSetId } = found;
  const sight = recordSetId === null ? null : await readSight(db, recordSetId);
  const seen = sight ?? { record: null };
  const compiled = compileRules(rules, seen, workflow);
  return { workflow, recordSetId, sight: seen, rules, problems: compiled.ok ? [] : compiled.problems };
}

/** The same, of a definition that has to be right. @throws MiddleError expression_invalid, with each problem */
export async function requireRight(
  db: Queryable,
  workflowId: string,
  definition: TriggerDefinition,
): Promise<CheckedTrigger> {
  const checked = await checkDefinition(db, workflowId, definition);
  const [first] = checked.problems;
  if (first === undefined) return checked;
  const suggestion = first.suggestion === undefined ? undefined : `Did you mean ${first.suggestion}?`;
  throw new MiddleError('expression_invalid', `${first.place}: ${first.message}`, {
    ...(suggestion === undefined ? {} : { hint: suggestion }),
    data: {
      problems: checked.problems,
      errors: checked.problems.map(({ place, message }) => ({ path: `body.definition.${place}`, message })),
    },
  });
}

/** A connection of another account is like none. */
async function findSet(
  db: Queryable,
  { accountId }: TriggeredWorkflow,
  { connectionId, recordType }: Extract<TriggerDefinition, { kind: 'record' }>,
): Promise<{ readonly recordSetId: number } | { readonly problem: RulesProblem }> {
  if ((await ACCOUNT_OF.connectionId(db, connectionId)) !== accountId) {
    return wrong('connectionId', `The account has no connection ${connectionId}.`);
  }
  const sets = await listRecordSets(db, connectionId);
  const set = sets.find((one) => one.recordType.key === recordType);
  if (set !== undefined) return { recordSetId: set.id };
  const known = sets.map((one) => one.recordType.key);
  return wrong(
    'recordType',
    `The connection has no record type “${recordType}”; it has ${known.join(', ')}.`,
    nearest(recordType, known),
  );
}

function wrong(
  place: string,
  message: string,
  suggestion: string | null = null,
): { readonly problem: RulesProblem } {
  return { problem: { place, start: 0, end: 0, message, ...(suggestion === null ? {} : { suggestion }) } };
}
