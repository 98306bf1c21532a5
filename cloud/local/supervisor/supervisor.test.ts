import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEvent } from '@middle/core/log.ts';
import type { Part } from './part.ts';
import { startTimeOf } from './processes.ts';
import { createSupervisor } from './supervisor.ts';
import type { Supervisor } from './supervisor.ts';

let folder: string;
let supervisor: Supervisor;
let events: LogEvent[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'supervisor-'));
  events = [];
  supervisor = createSupervisor({ logs: folder, log: (event) => events.push(event), changed: () => {} });
});
afterEach(async () => {
  await supervisor.killAll();
  await rm(folder, { recursive: true, force: true });
});

/** A shell script as a part; it is ready when it has made the file `ready` in its folder. */
function part(name: string, script: string, more: Partial<Part> = {}): Part {
  const ready = path.join(folder, `${name}.ready`);
  return {
    name,
    async command() {
      await rm(ready, { force: true });
      return {
        program: '/bin/sh',
        args: ['-c', script],
        cwd: folder,
        env: { READY: ready, PATH: process.env['PATH'] ?? '' },
        user: null,
      };
    },
    whyNotReady: () =>
      access(ready).then(
        () => null,
        () => 'no file yet',
      ),
    readyWithin: 120_000,
    stopSignal: 'SIGTERM',
    stopWithin: 120_000,
    killSignal: 'SIGKILL',
    ...more,
  };
}

const SERVES_UNTIL_TOLD = `trap 'echo $NAME >> order; exit 0' TERM; touch "$READY"; while :; do sleep 0.05; done`;
const SERVES = 'touch "$READY"; exec sleep 600';
const pidOf = (name: string): number => supervisor.status().find((found) => found.name === name)?.pid ?? 0;
const stateOf = (name: string): string =>
  supervisor.status().find((found) => found.name === name)?.state ?? 'none';

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUp = Date.now() + 120_000;
  while (!(await holds())) {
    assert.ok(Date.now() < giveUp, 'it did not come to pass within 120 s');
    await sleep(10);
  }
}

test('parts start in order, and stop in the other order', async () => {
  for (const name of ['one', 'two', 'three'])
    await supervisor.start(part(name, `NAME=${name}; ${SERVES_UNTIL_TOLD}`));
  assert.deepEqual(
    supervisor.status().map(({ name, state }) => `${name} ${state}`),
    ['one ready', 'two ready', 'three ready'],
  );
  await supervisor.stopAll();
  assert.equal(await readFile(path.join(folder, 'order'), 'utf8'), 'three\ntwo\none\n');
  assert.deepEqual(supervisor.status(), []);
});

test('a killed part is started again, and is said to have ended', async () => {
  await supervisor.start(part('one', SERVES));
  const before = pidOf('one');
  process.kill(before, 'SIGKILL');
  await until(() => stateOf('one') === 'ready' && pidOf('one') !== before);
  const [status] = supervisor.status();
  assert.equal(status?.restarts, 1);
  assert.equal(status?.lastExit, 'SIGKILL');
  assert.deepEqual(
    events.map(({ code }) => code),
    ['part.ended'],
  );
});

test('what a part leaves behind in its group is killed with it', async () => {
  await supervisor.start(part('one', 'sleep 600 & echo $! > child; touch "$READY"; wait'));
  const child = Number(await readFile(path.join(folder, 'child'), 'utf8'));
  assert.notEqual(await startTimeOf(child), null);
  const before = pidOf('one');
  process.kill(before, 'SIGKILL');
  await until(async () => (await startTimeOf(child)) === null);
});

test('a part that ends at once fails its first start with its last words, and restarts wait longer and longer', async () => {
  await assert.rejects(
    supervisor.start(part('one', 'echo no such setting >&2; exit 3')),
    /one does not start \(exit code 3\)[\s\S]*no such setting/,
  );
  const waits = events.map(({ message }) => /again in (.*) s/.exec(message)?.[1]);
  assert.deepEqual(waits.slice(0, 3), ['0.1', '0.2', '0.4']);
});

test('a program that is not there fails its first start', async () => {
  const missing = part('one', '');
  const command = async () => ({ ...(await missing.command()), program: '/no/such/program' });
  await assert.rejects(supervisor.start({ ...missing, command }), /\/no\/such\/program can't be started/);
});

test('a part that is not ready in time is ended and started again', async () => {
  await writeFile(path.join(folder, 'late'), '');
  const script = 'if [ -e late ]; then rm late; exec sleep 600; fi; touch "$READY"; exec sleep 600';
  await supervisor.start(part('one', script, { readyWithin: 200 }));
  assert.equal(supervisor.status()[0]?.restarts, 1);
  assert.deepEqual(
    events.map(({ code }) => code),
    ['part.not_ready', 'part.ended'],
  );
});

test('a part that does not listen to the stop signal is killed', async () => {
  await supervisor.start(
    part('one', `trap '' TERM; touch "$READY"; while :; do sleep 0.05; done`, { stopWithin: 100 }),
  );
  const pid = pidOf('one');
  await supervisor.stopAll();
  assert.equal(await startTimeOf(pid), null);
});

test('killAll ends a stop that waits', async () => {
  await supervisor.start(
    part('one', `trap '' TERM; touch "$READY"; while :; do sleep 0.05; done`, { stopWithin: 600_000 }),
  );
  const stopping = supervisor.stopAll();
  await supervisor.killAll();
  await stopping;
  assert.deepEqual(supervisor.status(), []);
});

test('a stop ends a part that is still starting, and one that waits for its next start', async () => {
  const starting = supervisor.start(part('slow', 'exec sleep 600'));
  const failing = supervisor.start(part('failing', 'exit 1'));
  failing.catch(() => {});
  await until(() => stateOf('slow') === 'starting' && stateOf('failing') === 'waiting');
  await supervisor.stopAll();
  await assert.rejects(starting, /slow was stopped/);
});

test('what a part says is in its log', async () => {
  await supervisor.start(
    part('sample source', 'echo hello; echo trouble >&2; touch "$READY"; exec sleep 600'),
  );
  await supervisor.stopAll();
  assert.equal(await readFile(path.join(folder, 'sample-source.log'), 'utf8'), 'hello\ntrouble\n');
});

/** A program of Node's with the tether, as the API and the worker are. */
function nodePart(name: string, script: string, more: Partial<Part> = {}): Part {
  const plain = part(name, '', more);
  return {
    ...plain,
    async command() {
      const command = await plain.command();
      const tether = new URL('./tether.ts', import.meta.url).href;
      return {
        ...command,
        program: process.execPath,
        args: ['--import', tether, '--input-type=module', '-e', script],
      };
    },
  };
}

const BEATS = { life: { signs: 'beats', silentFor: 6_000 } } as const;
const TURNS = `import fs from 'node:fs'; setInterval(() => {}, 1_000); fs.writeFileSync(process.env.READY, '');`;

test('a part that hangs is killed and started again: a stopped process, and an event loop that turns no more', async () => {
  await supervisor.start(nodePart('stopped', TURNS, BEATS));
  await writeFile(path.join(folder, 'hang'), '');
  const once = `${TURNS} if (fs.existsSync('hang')) { fs.rmSync('hang'); setTimeout(() => { for (;;); }, 10); }`;
  await supervisor.start(nodePart('looping', once, BEATS));
  await supervisor.start(nodePart('well', TURNS, BEATS));
  process.kill(pidOf('stopped'), 'SIGSTOP');
  const restarts = (): readonly (readonly [string, number])[] =>
    supervisor.status().map(({ name, restarts: count }) => [name, count]);
  await until(() =>
    supervisor
      .status()
      .slice(0, 2)
      .every((one) => one.restarts === 1 && one.state === 'ready'),
  );
  assert.deepEqual(restarts(), [
    ['stopped', 1],
    ['looping', 1],
    ['well', 0],
  ]);
  assert.equal(supervisor.status()[0]?.lastExit, 'hung, SIGKILL');
  assert.equal(events.filter(({ code }) => code === 'part.hung').length, 2);
});

test('a part that answers no more is killed and started again', async () => {
  const life = { signs: 'answers', silentFor: 400 } as const;
  await supervisor.start(part('one', 'touch "$READY"; exec sleep 600', { life }));
  const before = pidOf('one');
  await rm(path.join(folder, 'one.ready'));
  await until(() => stateOf('one') === 'ready' && pidOf('one') !== before);
  assert.equal(supervisor.status()[0]?.lastExit, 'hung, SIGKILL');
});
