import type { trial } from '@middle/contract/triggers/trigger.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Decision } from '@middle/core/workflow/trigger-rules.ts';
import type { TriggerDefinition } from '@middle/core/workflow/trigger.ts';
import { decideAll } from '@middle/store/triggers/decide.ts';
import { RelatedCache } from '@middle/store/triggers/related.ts';
import { lastChanges } from '@middle/store/triggers/triggers.ts';
import type { LastChange } from '@middle/store/triggers/triggers.ts';
import type { z } from 'zod';
import type { Sendable } from '../call.ts';
import type { Deps } from '../deps.ts';
import { requireRight } from '@middle/store/triggers/check.ts';

type Trial = Sendable<z.output<typeof trial>>;

const PAGE = 250;
const EXAMPLES_OF_EACH = 10;
const OUTCOMES = { start: 'started', discard: 'discarded', requeue: 'requeued', fail: 'failed' } as const;

/** Lets a trigger decide on the last changes of the records that were written last. It starts and counts nothing. */
export async function tryDefinition(
  deps: Deps,
  workflowId: string,
  definition: TriggerDefinition,
  limit: number,
): Promise<Trial> {
  const { database, search } = deps;
  const { recordSetId, sight, rules, workflow } = await requireRight(database, workflowId, definition);
  if (definition.kind !== 'record' || recordSetId === null) {
    throw new MiddleError('conflict', 'a schedule has no past changes to be tried on', {
      hint: 'Its next ticks say when it starts.',
    });
  }
  const now = deps.clock.now();
  const related = new RelatedCache(database, search);
  const counts = { started: 0, discarded: 0, requeued: 0, failed: 0 };
  const examples: Trial['examples'][number][] = [];
  let changes = 0;
  let oldest = Infinity;
  for await (const page of newestChanges(deps, recordSetId, limit)) {
    const heard = page.filter(({ event }) => definition.events.includes(event));
    const decisions = await decideAll(
      { ...rules, ...workflow },
      sight,
      heard.map(({ id, version, event, changedAt, data, previous }) => ({
        scope: { event: { kind: event, at: changedAt.toISOString() }, record: data, previous },
        seed: `trial:${id}:${version}`,
      })),
      { now, related },
    );
    for (const [index, decision] of decisions.entries()) {
      const change = heard[index];
      if (change === undefined) continue;
      changes += 1;
      oldest = Math.min(oldest, change.changedAt.getTime());
      const outcome = OUTCOMES[decision.kind];
      counts[outcome] += 1;
      if (counts[outcome] <= EXAMPLES_OF_EACH) examples.push(exampleOf(change, decision));
    }
  }
  const secret = workflow.inputs.filter((one) => one.protected).map(({ key }) => key);
  const since = changes === 0 ? null : new Date(oldest);
  return { changes, since, ...counts, examples: examples.map((one) => withoutSecrets(one, secret)) };
}

/** The search index knows which records were written last; what they are is read from the primary data. */
async function* newestChanges(
  { database, search }: Deps,
  recordSetId: number,
  limit: number,
): AsyncGenerator<readonly LastChange[]> {
  let left = limit;
  for (let after: string | null = null; left > 0;) {
    const found: Awaited<ReturnType<typeof search.query>> = await search.query({
      recordSets: [recordSetId],
      text: '',
      filters: [],
      sort: null,
      limit: Math.min(PAGE, left),
      after,
    });
    yield await lastChanges(
      database,
      recordSetId,
      found.hits.map(({ id }) => id),
    );
    left -= found.hits.length;
    after = found.next;
    if (after === null) return;
  }
}

function exampleOf(change: LastChange, decision: Decision): Trial['examples'][number] {
  return {
    recordId: change.id,
    version: change.version,
    event: change.event,
    changedAt: change.changedAt,
    outcome: OUTCOMES[decision.kind],
    input: 'input' in decision ? { ...decision.input } : null,
    error: decision.kind === 'fail' ? { code: decision.error.code, message: decision.error.message } : null,
  };
}

function withoutSecrets(
  example: Trial['examples'][number],
  secret: readonly string[],
): Trial['examples'][number] {
  if (example.input === null || secret.length === 0) return example;
  const input = Object.entries(example.input).map(([key, value]) => [
    key,
    secret.includes(key) ? '[protected]' : value,
  ]);
  return { ...example, input: Object.fromEntries(input) };
}
