import type { NewBulkRun } from '@middle/store/executions/bulk.ts';
import { moveBulkRuns } from '@middle/store/executions/bulk.ts';
import type { BulkMove } from '@middle/store/executions/bulk.ts';
import type { ClaimedExecution } from '@middle/store/executions/claim.ts';
import { commitExecutions, commitSteps, writeKey } from '@middle/store/executions/commit.ts';
import type { ExecutionWrite } from '@middle/store/executions/commit.ts';
import { beginInvocations, endActionInvocations } from '@middle/store/executions/invocations.ts';
import type { ActionInvocationEnd, NewActionInvocation } from '@middle/store/executions/invocations.ts';
import { announceExecutions, startExecutions } from '@middle/store/executions/start.ts';
import type { NewExecution } from '@middle/store/executions/start.ts';
import { writeExports } from '@middle/store/exports/files.ts';
import type { NewExportFile, StoredExport } from '@middle/store/exports/files.ts';
import type { Database, Transaction } from '@middle/store/database.ts';

/** What one execution has to have committed before it goes on. */
export interface Commitment extends ExecutionWrite {
  readonly starts?: readonly NewExecution[];
  readonly invocations?: readonly NewActionInvocation[];
  readonly endedInvocations?: readonly ActionInvocationEnd[];
  readonly bulkRun?: NewBulkRun;
  readonly bulkMove?: BulkMove;
  readonly exportFile?: NewExportFile;
  readonly storedExport?: StoredExport;
}

interface Waiting {
  readonly commitment: Commitment;
  readonly resolve: (isMine: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Takes the next executions for places that a transaction frees, in that transaction: their claim costs no commit. */
export interface Refill {
  claim(client: Transaction, places: number): Promise<readonly ClaimedExecution[]>;
  begin(claimed: readonly ClaimedExecution[]): void;
}

/** Executions of one transaction: what a few milliseconds bring together, bounded so that none waits long for others. */
const COMMITMENTS_MOST = 256;
/** While one transaction waits for the disk, the next are gathered and written. */
const TRANSACTIONS = 3;

/**
 * Commits what many executions did in one transaction. Whoever comes while a transaction is under way goes with the
 * next one, so the busier the worker is the fewer commits each step costs, and alone a step waits for nobody.
 */
export class Committer {
  readonly #database: Database;
  readonly #refill: Refill;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #scheduled = false;

  constructor(database: Database, refill: Refill) {
    this.#database = database;
    this.#refill = refill;
  }

  /** Resolves once it is on disk: true, or false when another executor has the execution now and nothing was written. */
  async commit(commitment: Commitment): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commitment, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#underWay >= TRANSACTIONS || this.#waiting.length === 0) return;
    this.#scheduled = true;
    // After what is ready to run now: executions that were woken together are committed together.
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#waiting.length === 0) return;
      void this.#flush(this.#take());
      this.#schedule();
    });
  }

  /**
   * Of the kind of the one that has waited for longest. Steps alone go without those that end or wait: their commit is one
   * statement, and waits for nobody's end.
   */
  #take(): readonly Waiting[] {
    const [first] = this.#waiting;
    if (first === undefined) return [];
    const isAlone = isSteps(first.commitment);
    const alike = this.#waiting.filter(({ commitment }) => isSteps(commitment) === isAlone);
    const taken = new Set(alike.slice(0, COMMITMENTS_MOST));
    this.#waiting = this.#waiting.filter((one) => !taken.has(one));
    return [...taken];
  }

  async #flush(batch: readonly Waiting[]): Promise<void> {
    this.#underWay += 1;
    try {
      const commitments = batch.map(({ commitment }) => commitment);
      const { mine, claimed } = await this.#write(commitments);
      for (const { commitment, resolve } of batch) resolve(mine.has(writeKey(commitment)));
      this.#refill.begin(claimed);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#underWay -= 1;
      this.#schedule();
    }
  }

  async #write(commitments: readonly Commitment[]): Promise<{
    readonly mine: ReadonlySet<string>;
    readonly claimed: readonly ClaimedExecution[];
  }> {
    if (commitments.every(isSteps)) {
      return { mine: await commitSteps(this.#database, commitments), claimed: [] };
    }
    return this.#database.transaction(async (client) => {
      const mine = await write(client, commitments);
      const freed = commitments.filter((one) => one.next.kind !== 'go_on' && mine.has(writeKey(one))).length;
      return { mine, claimed: freed === 0 ? [] : await this.#refill.claim(client, freed) };
    });
  }
}

/** Nothing but the outcomes of steps. */
function isSteps({ id: _id, fence: _fence, steps: _steps, next, ...more }: Commitment): boolean {
  return next.kind === 'go_on' && Object.values(more).every((one) => one === undefined);
}

async function write(client: Transaction, commitments: readonly Commitment[]): Promise<ReadonlySet<string>> {
  const mine = await commitExecutions(client, commitments);
  const kept = commitments.filter((one) => mine.has(writeKey(one)));
  await beginInvocations(
    client,
    kept.flatMap(({ invocations }) => invocations ?? []),
  );
  await endActionInvocations(
    client,
    kept.flatMap(({ endedInvocations }) => endedInvocations ?? []),
  );
  const starts = kept.flatMap(({ starts: of }) => of ?? []);
  await startExecutions(client, starts);
  await moveBulkRuns(
    client,
    kept.flatMap(({ bulkRun }) => bulkRun ?? []),
    kept.flatMap(({ bulkMove }) => bulkMove ?? []),
  );
  await writeExports(
    client,
    kept.flatMap(({ exportFile }) => exportFile ?? []),
    kept.flatMap(({ storedExport }) => storedExport ?? []),
  );
  if (starts.length > 0) await announceExecutions(client);
  return mine;
}
