import type { Decision, Mapped } from '@middle/core/workflow/trigger-rules.ts';
import type { Transaction } from '@middle/store/database.ts';
import { endExecutions } from '@middle/store/executions/commit.ts';
import { announceExecutions, startExecutions } from '@middle/store/executions/start.ts';
import type { NewExecution } from '@middle/store/executions/start.ts';
import { jsonOf } from '@middle/store/json.ts';
import { addCounts } from '@middle/store/triggers/counts.ts';
import type { Counted } from '@middle/store/triggers/counts.ts';
import type { StartingTrigger } from '@middle/store/triggers/listening.ts';
import { Redactor } from '../executions/redactor.ts';
import { uuidv7 } from '../executions/uuid.ts';
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
      ...(await this.#shown(id, trigger, decision.input)),
    });
    if (decision.kind === 'start') return;
    const { error } = decision;
    this.#failed.push({ id, state: 'failed', output: null, error, endedIn: null, steps: 0 });
  }

  /** Protected inputs are stored sealed; what is shown has none of them, also not within other inputs. */
  async #shown(
    id: string,
    { inputs }: StartingTrigger,
    input: Mapped,
  ): Promise<Pick<NewExecution, 'input' | 'sealed'>> {
    const keys = inputs.filter((one) => one.protected && Object.hasOwn(input, one.key)).map(({ key }) => key);
    if (keys.length === 0) return { input: storable(input) };
    const hidden = Object.fromEntries(keys.map((key) => [key, input[key]]));
    const redactor = new Redactor(Object.values(hidden));
    const shown = Object.entries(input).map(([key, value]) => [
      key,
      keys.includes(key) ? '[protected]' : redactor.redact(value),
    ]);
    const sealed = await this.#deps.keys.seal(Buffer.from(JSON.stringify(hidden)), `execution:${id}`);
    return { input: storable(Object.fromEntries(shown)), sealed };
  }

  async write(client: Transaction): Promise<void> {
    await startExecutions(client, this.#executions);
    await endExecutions(client, this.#failed);
    await addCounts(client, this.#counts, this.#now);
    if (this.#executions.length > this.#failed.length) await announceExecutions(client);
  }
}

/** Without the characters that Postgres can't store. */
function storable(input: Mapped): Mapped {
  const text = jsonOf(input);
  if (text === null || !JSON.stringify(input).includes('\\u')) return input;
  const cleaned: Mapped = JSON.parse(text);
  return cleaned;
}
