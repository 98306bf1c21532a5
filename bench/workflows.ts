import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { announceExecutions, startExecutions } from '@middle/store/executions/start.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { percentile, ratioRow } from './bench.ts';
import type { BenchContext, BenchResult, BenchRow } from './bench.ts';
import { installPeers, runPeer } from './support/peers.ts';
import type { PeerFigures } from './support/peers.ts';
import { temporaryStack } from './support/temporary-stack.ts';
import type { TemporaryStack } from './support/temporary-stack.ts';
import { changeToStart, prepareBench, publish } from './support/workflow-stack.ts';
import type { Prepared } from './support/workflow-stack.ts';

const AT_ONCE = [16, 128];
/** Executions written down in one statement. */
const START_AT_ONCE = 500;

/** Executions of workflows per second, and what a step costs, beside others that keep their work in the same Postgres. */
export async function run(context: BenchContext): Promise<BenchResult> {
  const executions = context.number('executions', 5_000);
  const actions = context.number('actions', 200);
  const changes = context.number('changes', 200);
  const hasPeers = context.number('peers', 1) > 0 && (await installPeers(context));
  await using stack = await temporaryStack();
  const owner = openDatabase(stack.database.owner, { max: 2 });
  const worker = openDatabase(stack.database.worker, { max: 4 });
  try {
    const bench = new WorkflowBench(context, { stack, owner, worker, prepared: await prepareBench(stack) });
    const rows = [...(await bench.alone(Math.ceil(executions / 10)))];
    for (const atOnce of AT_ONCE) rows.push(...(await bench.against(executions, atOnce, hasPeers)));
    for (const atOnce of AT_ONCE) rows.push(...(await bench.acting(actions, atOnce)));
    rows.push(...(await bench.starting(changes)));
    return {
      title: `Workflows: ${executions} executions of each kind, ${actions} with an action`,
      rows,
      notes: [
        'From writing the first execution down to the end of the last, by the one worker of a whole stack.',
        'A step: from the commit of the step before it to its own.',
        ...(hasPeers
          ? ['Peers keep what they do in the same Postgres, each in a process of its own, in the same run.']
          : ['The peers are not here: without npm, or with --peers 0.']),
      ],
    };
  } finally {
    await worker.close();
    await owner.close();
  }
}

interface Stage {
  readonly stack: TemporaryStack;
  readonly owner: Database;
  readonly worker: Database;
  readonly prepared: Prepared;
}

interface Measured {
  readonly perSecond: number;
  /** Milliseconds of each step. */
  readonly steps: readonly number[];
}

class WorkflowBench {
  readonly #context: BenchContext;
  readonly #stage: Stage;

  constructor(context: BenchContext, stage: Stage) {
    this.#context = context;
    this.#stage = stage;
  }

  /** One execution at a time: what a step costs when nothing can be shared. */
  async alone(count: number): Promise<BenchRow[]> {
    this.#context.progress('three steps, 1 at once');
    const { perSecond, steps } = await this.#measure('three', 1, count);
    return [
      { what: 'three steps, 1 at once', value: perSecond, unit: 'executions/s' },
      ...stepRows(steps, 1),
    ];
  }

  async against(count: number, atOnce: number, hasPeers: boolean): Promise<BenchRow[]> {
    this.#context.progress(`${atOnce} at once`);
    const decision = await this.#measure('decision', atOnce, count);
    const three = await this.#measure('three', atOnce, count);
    const jobs = hasPeers ? await this.#peer('graphile-worker', count, atOnce) : null;
    const dbos = hasPeers ? await this.#peer('dbos', Math.ceil(count / 5), atOnce) : null;
    return [
      row(`one decision, ${atOnce} at once`, decision, 'graphile-worker, jobs that do nothing', jobs),
      row(`three steps, ${atOnce} at once`, three, 'DBOS Transact, three steps that do nothing', dbos),
      ...stepRows(three.steps, atOnce),
    ];
  }

  async acting(count: number, atOnce: number): Promise<BenchRow[]> {
    const what = `three steps with an action, ${atOnce} at once`;
    this.#context.progress(what);
    const { perSecond } = await this.#measure('action', atOnce, count);
    return [{ what, value: perSecond, unit: 'executions/s' }];
  }

  async starting(changes: number): Promise<BenchRow[]> {
    this.#context.progress('from a change to the start of its execution');
    const { stack, worker, prepared } = this.#stage;
    const times = await changeToStart(stack, worker, prepared, changes);
    return [0.5, 0.95, 0.99].map((share) => ({
      what: `change stored to execution started, p${share * 100}`,
      value: percentile(times, share),
      unit: 'ms',
    }));
  }

  async #peer(name: 'dbos' | 'graphile-worker', count: number, atOnce: number): Promise<PeerFigures> {
    this.#context.progress(`${name}, ${atOnce} at once`);
    return runPeer(name, { address: this.#stage.stack.database.owner, count, atOnce });
  }

  async #measure(kind: 'decision' | 'three' | 'action', atOnce: number, count: number): Promise<Measured> {
    const { stack, owner, prepared } = this.#stage;
    const workflow = await publish(stack, prepared, { kind, atOnce });
    // What is read and compiled once is not what is measured.
    await this.#run(workflow, Math.min(count, 20));
    const began = performance.now();
    await this.#run(workflow, count);
    const perSecond = count / ((performance.now() - began) / 1_000);
    const { rows } = await owner.query<{ ms: number }>(sql`
      select extract(epoch from r.stored_at - r.queued_at)::float8 * 1000 as ms from middle.step_run r
      join middle.execution e on e.id = r.execution_id where e.workflow_id = ${workflow}`);
    return { perSecond, steps: rows.map(({ ms }) => ms) };
  }

  async #run(workflow: string, count: number): Promise<void> {
    const { owner, worker } = this.#stage;
    const list = Array.from({ length: count }, (_, n) => ({
      id: uuidv7(new Date()),
      workflowId: workflow,
      version: 1,
      cause: 'person' as const,
      input: { n },
    }));
    for (let from = 0; from < count; from += START_AT_ONCE) {
      await startExecutions(worker, list.slice(from, from + START_AT_ONCE));
      await announceExecutions(worker);
    }
    for (;;) {
      const { rows } = await owner.query<{ open: boolean }>(
        sql`select exists (select from middle.execution_open where workflow_id = ${workflow}) as open`,
      );
      if (rows[0]?.open !== true) return;
      await sleep(5);
    }
  }
}

function row(what: string, { perSecond }: Measured, name: string, peer: PeerFigures | null): BenchRow {
  if (peer === null) return { what, value: perSecond, unit: 'executions/s' };
  return ratioRow(what, perSecond, 'executions/s', { what: name, value: peer.perSecond });
}

function stepRows(steps: readonly number[], atOnce: number): BenchRow[] {
  return [0.5, 0.99].map((share) => ({
    what: `a step, ${atOnce} at once, p${share * 100}`,
    value: percentile(steps, share),
    unit: 'ms',
  }));
}
