import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { localLogs } from '@middle/cloud/local/logs.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import type { FunctionCall, FunctionEnd, Functions } from '@middle/cloud/ports/functions.ts';
import { manifestSchema } from '@middle/core/manifest.ts';
import { openListener } from '@middle/store/listen.ts';
import { startIntake } from '../intake/intake.ts';
import { bareDeps } from './execution-world.ts';
import type { ExecutionWorld } from './execution-world.ts';
import { seedRecordSet } from './seed.ts';

/** Stands for user code: what it returns goes through the real queue and the real intake. */
type Script = (call: FunctionCall, signal: AbortSignal) => Promise<string>;

const log = (): void => {};
export const ok = (value: unknown): string => `Z${JSON.stringify({ value })}`;
export const wrong = (code: string): string => `E${JSON.stringify({ code, message: 'it went wrong' })}`;

const MANIFEST = manifestSchema.parse({
  key: 'shop',
  name: 'Shop',
  version: '1',
  actions: [
    {
      key: 'create-order',
      title: 'Create an order',
      function: 'create-order',
      timeout: 30,
      input: [
        { key: 'customer', title: 'Customer', type: 'string' },
        { key: 'note', title: 'Note', type: 'string', required: false },
      ],
      output: [{ key: 'id', title: 'Id', type: 'string' }],
    },
  ],
});

/** A connection whose app has one action, `create-order`, done by a script. */
export async function shop(stack: ExecutionWorld, cleanup: AsyncDisposableStack) {
  const { connectionId, appKey } = await seedRecordSet(stack.owner);
  await stack.owner.query(
    sql`update middle.connection set account_id = ${stack.accountId} where id = ${connectionId}`,
  );
  await stack.owner.query(sql`update middle.app_version set manifest = ${JSON.stringify(MANIFEST)}`);
  await stack.owner.query(sql`
    insert into middle.function_bundle (app_version_id, function_key, kind, engine, digest, code)
    select id, 'create-order', 'action', 'javascript', '', '' from middle.app_version`);
  const { database } = stack;
  const listener = openListener(database, log);
  cleanup.defer(() => listener.close());
  const queues = localQueues({ database, clock: systemClock, listener });
  const { keys } = bareDeps(database);
  const logs = localLogs({ pool: database.pool, clock: systemClock });
  const intake = startIntake({ database, listener, queues, logs, keys, clock: systemClock, log });
  cleanup.defer(() => intake.stop());
  const functions = (script: Script): Functions => ({
    ...bareDeps(database).functions,
    async invoke(call, signal): Promise<FunctionEnd> {
      const line = await script(call, signal);
      const header = JSON.stringify({ v: 1, token: call.token, sequence: 1, records: 0 });
      await queues.open(appKey).send([{ body: Buffer.from(`${header}\n${line}\n`), delaySeconds: 0 }]);
      const outcome = signal.aborted ? 'killed' : line.startsWith('Z') ? 'returned' : 'threw';
      return { outcome, error: null, messages: 1, records: 0, bytes: 0, milliseconds: 1, start: 'pool' };
    },
  });
  const publish = (step: object = {}): Promise<string> =>
    stack.workflow(
      {
        inputs: [
          { key: 'secret', title: 'Secret', type: { kind: 'text' }, required: false, protected: true },
        ],
        connections: [{ key: 'shop', title: 'Shop', app: 'shop' }],
        steps: [
          {
            kind: 'action',
            key: 'order',
            title: 'Order',
            connection: 'shop',
            action: 'create-order',
            input: { customer: '"Ann"' },
            retry: { attempts: 3, firstSeconds: 1, mostSeconds: 1 },
            ...step,
          },
        ],
        output: [{ key: 'id', title: 'Id', value: 'steps.order.output.id' }],
      },
      { bindings: { shop: connectionId } },
    );
  return { connectionId, functions, publish };
}
