import type { Decision } from '@middle/core/workflow/trigger-rules.ts';
import type { Transaction } from '@middle/store/database.ts';
import { endExecutions } from '@middle/store/executions/commit.ts';
import { sealInput } from '@middle/store/executions/sealed-input.ts';
import { announceExecutions, startExecutions } from '@middle/store/executions/start.ts';
import type { NewExecution } from '@middle/store/executions/start.ts';
import { addCounts } from '@middle/store/triggers/counts.ts';
import type { Counted } from '@middle/store/triggers/counts.ts';
import type { StartingTrigger } from '@middle/store/triggers/listening.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import type { TriggerDeps } from './deps.ts';

/** What a transaction of triggers starts and counts; written at its end, so that its locks are short. */
export class Starts {
  readonly #deps: TriggerDeps;
  readonly #now: Date;
  readonly #executions: NewExecution[] = [];
  readonly #failed: Parameters<typeof endExecutions>[1][number][] = [];
  readonly #counts = new Map<string, Partial<Record<Counted, number>>>();

  constructor(deps: TriggerDeps, now: Date) {
    this.#deps = deps;
    this.#now = now;
  }

  count(trigger: Pick<StartingTrigger, 'id'>, what: Counted): void {
    const counts = this.#counts.get(trigger.id) ?? {};
    this.#counts.set(trigger.id, { ...counts, [what]: (counts[what] ?? 0) + 1 });
  }

  /**
   * An event that starts its execution, or fails: then its execution has failed at once, so that it can be seen and run
   * again.
   * @param id of the execution
   */
  async add(
    trigger: StartingTrigger,
    decision: Extract<Decision, { kind: 'start' | 'fail' }>,
    record: NewExecution['record'],
    id = uuidv7(this.#now),
  ): Promise<void> {
    this.count(trigger, decision.kind === 'start' ? 'started' : 'failed');
    this.#executions.push({
      id,
      workflowId: trigger.workflowId,
      version: trigger.version,
      cause: 'trigger',
      triggerId: trigger.id,
      record: record ?? null,
      ...(await sealInput(this.#deps.keys, id, trigger.inputs, decision.input)),
    });
    if (decision.kind === 'start') return;
    const { error } = decision;
    this.#failed.push({ id, state: 'failed', output: null, error, endedIn: null, steps: 0 });
  }

  async write(client: Transaction): Promise<void> {
    await startExecutions(client, this.#executions);
    await endExecutions(client, this.#failed);
    await addCounts(client, this.#counts, this.#now);
    if (this.#executions.length > this.#failed.length) await announceExecutions(client);
  }
}
