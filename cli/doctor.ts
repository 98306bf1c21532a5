import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@middle/contract/client.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { writeZip } from '@middle/functions/package/zip.ts';
import type { Context } from './context.ts';
import { PRINTED, RECORDS, RECORD_TYPE, doctorPackage } from './doctor-app.ts';

export interface Hop {
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly detail: string;
}

/** What the hops hand on to the next. */
interface Patient {
  readonly client: Client;
  readonly key: string;
  connectionId?: string;
  runId?: string;
}

const WITHIN_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 50;

/**
 * Sends records of an app of its own along the way every record takes, hop by hop, until one fails. Whatever happens,
 * what it made is removed. `told` hears of each hop as it ends.
 */
export async function examine(context: Context, told: (hop: Hop) => void): Promise<void> {
  const key = `doctor-${randomBytes(4).toString('hex')}`;
  const hop = async (name: string, work: () => Promise<string | Measured>): Promise<boolean> => {
    const begin = performance.now();
    try {
      const result = await work();
      const measured = typeof result === 'string' ? { detail: result } : result;
      const milliseconds = measured.milliseconds ?? performance.now() - begin;
      told({ name, ok: true, milliseconds: Math.round(milliseconds), detail: measured.detail });
      return true;
    } catch (error) {
      // A stack that does not run is not ill.
      if (error instanceof MiddleError && error.code === 'not_running') throw error;
      told({
        name,
        ok: false,
        milliseconds: Math.round(performance.now() - begin),
        detail: messageOf(error),
      });
      return false;
    }
  };
  if (!(await hop('parts', () => parts(context)))) return;
  const patient: Patient = { client: await context.api(), key };
  if (!(await hop('api', () => api(patient)))) return;
  try {
    for (const [name, work] of HOPS) if (!(await hop(name, () => work(patient)))) break;
  } finally {
    await hop('cleanup', () => cleanUp(patient));
  }
}

interface Measured {
  readonly detail: string;
  /** When the hop itself knows better than our clock how long it took. */
  readonly milliseconds?: number;
}

const HOPS: readonly (readonly [name: string, work: (patient: Patient) => Promise<string | Measured>])[] = [
  ['push', push],
  ['connection', connect],
  ['run', run],
  ['function', inspectFunction],
  ['intake', intake],
  ['record', record],
  ['sandbox', sandbox],
  ['queue', queue],
  ['log', log],
  ['search', search],
];

async function parts(context: Context): Promise<string> {
  const status = await context.control('GET', '/status');
  const all = typeof status === 'object' && status !== null && 'parts' in status ? status.parts : [];
  const states: { name: string; state: string }[] = Array.isArray(all) ? all : [];
  const down = states.filter(({ state }) => state !== 'ready');
  if (down.length > 0) throw broken(down.map(({ name, state }) => `${name} is ${state}`).join(', '));
  return states.map(({ name }) => name).join(', ');
}

async function api({ client }: Patient): Promise<string> {
  const health = await client.getHealth();
  if (health.functions === null) throw broken('No worker has said what runs user code.');
  const engines = health.functions.engines.map(({ name, version }) => `${name} ${version}`).join(', ');
  return `release ${health.release}, Postgres ${health.database.version}, ${engines}, launcher ${health.functions.launcher}`;
}

async function push({ client, key }: Patient): Promise<string> {
  const zip = new Uint8Array(writeZip(doctorPackage(key)));
  const version = await client.pushApp({ body: zip, query: { on: 'true' } });
  return `${version.appKey} ${version.version}, bundled and switched on`;
}

async function connect(patient: Patient): Promise<string> {
  const { client, key } = patient;
  await client.createAccount({ body: { key, name: 'Doctor' } });
  const body = { app: key, name: 'Doctor', syncs: 'off' as const };
  const connection = await client.createConnection({ params: { accountId: key }, body });
  patient.connectionId = connection.id;
  return `account ${key}`;
}

/** From the request to the worker's claim. */
async function run(patient: Patient): Promise<Measured> {
  const { client } = patient;
  const sets = await client.listRecordSets({ params: { connectionId: connectionOf(patient) } });
  const syncId = sets.items[0]?.syncs[0]?.id;
  if (syncId === undefined) throw broken('The connection has no sync.');
  const { id: runId } = await client.runSync({ params: { syncId }, body: {} });
  patient.runId = runId;
  const found = await until(
    () => client.getSyncRun({ params: { runId } }),
    ({ startedAt }) => startedAt !== null,
  );
  return { milliseconds: between(found.queuedAt, found.startedAt), detail: `a worker took run ${runId}` };
}

async function inspectFunction(patient: Patient): Promise<Measured> {
  const { client } = patient;
  const params = { runId: runOf(patient) };
  const invocation = await until(
    async () => (await client.listSyncRunInvocations({ params })).items[0],
    (found) => found?.state === 'ended',
  );
  if (invocation === undefined) throw broken('The run has no invocation.');
  if (invocation.outcome !== 'ok')
    throw broken(`It ended with ${invocation.outcome}: ${invocation.error?.message}`);
  return {
    milliseconds: invocation.durationMilliseconds ?? 0,
    detail: `${invocation.sentRecords} records in ${invocation.messages} messages, process ${invocation.start}`,
  };
}

/** From the function's end until the last of its records is stored and the run is closed. */
async function intake(patient: Patient): Promise<Measured> {
  const { client } = patient;
  const params = { runId: runOf(patient) };
  const found = await until(
    () => client.getSyncRun({ params }),
    ({ endedAt }) => endedAt !== null,
  );
  const { items } = await client.listSyncRunInvocations({ params });
  if (found.state !== 'succeeded') throw broken(`The run ${found.state}: ${found.error?.message}`);
  if (found.counts.created !== RECORDS)
    throw broken(`It stored ${found.counts.created} of ${RECORDS} records.`);
  return {
    milliseconds: between(items[0]?.endedAt ?? null, found.endedAt),
    detail: `${RECORDS} records committed`,
  };
}

async function record(patient: Patient): Promise<string> {
  const { data, version } = await recordOf(patient, '7');
  if (data['word'] !== 'finding7' || data['number'] !== 7)
    throw broken(`Record 7 reads ${JSON.stringify(data)}.`);
  return `record 7, version ${version}, as the function sent it`;
}

async function sandbox(patient: Patient): Promise<string> {
  const { data } = await recordOf(patient, '1');
  if (data['reached'] !== null)
    throw broken(`The function reached what it must not: ${JSON.stringify(data['reached'])}.`);
  return 'no file, no environment, no process, no network';
}

async function queue({ client, key }: Patient): Promise<string> {
  const depth = (await client.listQueues()).items.find(({ appKey }) => appKey === key);
  if (depth === undefined) throw broken('The app has no queue.');
  const { visible, inFlight, delayed, dead } = depth;
  if (visible + inFlight + delayed + dead > 0) {
    throw broken(`${visible} messages wait, ${inFlight} are in flight, ${delayed} delayed, ${dead} dead.`);
  }
  return 'empty again, no dead letter';
}

async function log(patient: Patient): Promise<string> {
  const params = { runId: runOf(patient) };
  const page = await until(
    () => patient.client.listSyncRunLogs({ params, query: { text: PRINTED } }),
    ({ items }) => items.length > 0,
  );
  return `“${page.items[0]?.text}”`;
}

async function search(patient: Patient): Promise<string> {
  const params = { connectionId: connectionOf(patient), recordType: RECORD_TYPE };
  const page = await until(
    () => patient.client.listRecords({ params, query: { text: `finding${RECORDS}` } }),
    ({ items }) => items.length > 0,
  );
  if (page.items[0]?.id !== String(RECORDS)) throw broken(`The search found record ${page.items[0]?.id}.`);
  return `the last record is found by its word`;
}

async function cleanUp({ client, key, connectionId }: Patient): Promise<string> {
  if (connectionId !== undefined) await client.deleteConnection({ params: { connectionId } });
  const accounts = await client.listAccounts({ query: { limit: 200 } });
  if (accounts.items.some((account) => account.key === key)) {
    await client.deleteAccount({ params: { accountId: key }, query: { confirm: key } });
  }
  const apps = await client.listApps({ query: { limit: 200 } });
  if (apps.items.some((app) => app.key === key)) await client.deleteApp({ params: { appKey: key } });
  return 'nothing of the examination is left';
}

function recordOf(patient: Patient, recordId: string) {
  const params = { connectionId: connectionOf(patient), recordType: RECORD_TYPE, recordId };
  return patient.client.getRecord({ params });
}

function connectionOf({ connectionId }: Patient): string {
  if (connectionId === undefined) throw broken('There is no connection.');
  return connectionId;
}

function runOf({ runId }: Patient): string {
  if (runId === undefined) throw broken('There is no run.');
  return runId;
}

function between(from: string | null, to: string | null): number {
  return from === null || to === null ? 0 : Math.max(0, Date.parse(to) - Date.parse(from));
}

async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const giveUp = Date.now() + WITHIN_MILLISECONDS;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > giveUp) throw broken(`It did not come to pass within ${WITHIN_MILLISECONDS / 1000} s.`);
    await sleep(POLL_MILLISECONDS);
  }
}

function broken(message: string): MiddleError {
  return new MiddleError('internal', message);
}
