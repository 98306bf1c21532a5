import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import type { QueueStats } from '@middle/cloud/ports/queue.ts';
import type { BackupState } from '@middle/core/backup/state.ts';
import { createTransport } from '@middle/functions/egress/hop.ts';
import { noteOutcomes } from '@middle/store/alerts/failures.ts';
import { attendAlert, listAlerts } from '@middle/store/alerts/list.ts';
import { listMessages, retryMessages } from '@middle/store/alerts/messages.ts';
import { raiseAlert } from '@middle/store/alerts/open-close.ts';
import { only } from '@middle/store/only.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { alertWorld } from '../testing/alert-world.ts';
import type { AlertWorld } from '../testing/alert-world.ts';
import { deliverOne } from './deliver.ts';
import { lookOnce } from './look.ts';

const EMPTY: QueueStats = { visible: 0, inFlight: 0, delayed: 0, dead: 0, oldestAgeSeconds: null };

describe('alerts', () => {
  let world: AlertWorld;
  before(async () => {
    world = await alertWorld();
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(() => world.reset());

  const look = () => lookOnce(world.deps);
  const open = () => listAlerts(world.database, { accounts: null, state: 'open', limit: 100 });
  const sendAll = async (): Promise<void> => {
    const transport = createTransport();
    try {
      while (await deliverOne({ ...world.deps, transport }));
    } finally {
      transport.close();
    }
  };
  const lookAndSend = async (): Promise<void> => {
    await look();
    await sendAll();
  };

  test('a failing workflow: opened, counted, reminded, resolved once, by e-mail', async () => {
    await world.mailServer();
    await world.channel({ kind: 'email', addresses: ['ops@example.com'] });
    const workflow = await world.workflow('Orders');
    await world.ended(workflow, 'failed', 'no such shop');
    await lookAndSend();
    assert.deepEqual(
      (await open()).map(({ kind, name, occurrences, accountId }) => ({
        kind,
        name,
        occurrences,
        accountId,
      })),
      [{ kind: 'workflow_failing', name: 'Orders', occurrences: 1, accountId: world.accountId }],
    );
    const [mail] = world.mails;
    assert.deepEqual(mail?.to, ['ops@example.com']);
    assert.match(mail.text, /^Workflow =E2=80=9COrders/m);
    assert.match(mail.text, /no such shop/);

    // Twenty more are counted, and nobody hears of each.
    for (let at = 0; at < 20; at += 1) await world.ended(workflow, 'failed', 'no such shop');
    await lookAndSend();
    assert.equal((await open())[0]?.occurrences, 21);
    assert.equal(world.mails.length, 1);
    for (const [minutes, mails] of [
      [59, 1],
      [1, 2],
      [239, 2],
      [1, 3],
    ] as const) {
      world.pass(minutes);
      await lookAndSend();
      assert.equal(world.mails.length, mails);
    }
    await world.ended(workflow, 'succeeded');
    await lookAndSend();
    assert.equal(
      (await open()).length,
      0,
      'a success after the failures, and a quarter of an hour without one',
    );
    assert.equal(world.mails.length, 3, 'within the time in which messages are collected');
    world.pass(5);
    await lookAndSend();
    await lookAndSend();
    assert.equal(world.mails.length, 4);
    assert.match(world.mails[3]?.text ?? '', /^Resolved: Workflow/m);
  });

  test('thresholds, and rules that are switched off', async () => {
    const workflow = await world.workflow('Orders');
    await world.rule('workflow_failing', true, { failures: 3, minutes: 10 });
    await world.ended(workflow, 'failed');
    await world.ended(workflow, 'failed');
    world.pass(11);
    await world.ended(workflow, 'failed');
    await look();
    assert.deepEqual(await open(), [], 'three, but not within ten minutes');
    await world.ended(workflow, 'failed');
    await world.ended(workflow, 'failed');
    await look();
    assert.equal((await open())[0]?.occurrences, 3);
    await world.rule('workflow_failing', false, {});
    await look();
    assert.deepEqual(await open(), []);
  });

  test('a failure without any success is over after a day; a workflow switched off at once', async () => {
    const [one, other] = [await world.workflow('One'), await world.workflow('Other')];
    await world.ended(one, 'failed');
    await world.ended(other, 'failed');
    await look();
    assert.equal((await open()).length, 2);
    await world.owner.query(sql`update middle.workflow set enabled = false where id = ${other}`);
    await look();
    assert.deepEqual(
      (await open()).map(({ name }) => name),
      ['One'],
    );
    world.pass(23 * 60);
    await look();
    assert.equal((await open()).length, 1);
    world.pass(60);
    await look();
    assert.deepEqual(await open(), []);
  });

  test('acknowledged and snoozed alerts are quiet', async () => {
    const hook = await world.receiver();
    await world.channel({ kind: 'webhook', url: hook.url, privateAddresses: true });
    const workflow = await world.workflow('Orders');
    await world.ended(workflow, 'failed');
    await lookAndSend();
    assert.equal(hook.got.length, 1);
    const id = only(await open()).id;
    await attendAlert(world.database, id, {
      snoozedUntil: new Date(world.now().getTime() + 3 * 3_600_000).toISOString(),
    });
    world.pass(179);
    await lookAndSend();
    assert.equal(hook.got.length, 1, 'snoozed');
    world.pass(1);
    await lookAndSend();
    assert.equal(hook.got.length, 2, 'awake again');
    await attendAlert(world.database, id, { acknowledged: { by: 'Ann', at: world.now() } });
    world.pass(12 * 60);
    await lookAndSend();
    assert.equal(hook.got.length, 2, 'somebody looks after it');
    await world.ended(workflow, 'succeeded');
    await lookAndSend();
    const [told] = hook.got.at(-1)?.body.alerts ?? [];
    assert.equal(told?.event, 'resolved');
  });

  test('a storm is a digest, its hour has a most, and what was held back is said', async () => {
    const hook = await world.receiver();
    const channel = await world.channel({
      kind: 'webhook',
      url: hook.url,
      privateAddresses: true,
      perHour: 3,
      groupSeconds: 60,
    });
    let made = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      for (let at = 0; at < 2; at += 1) await world.ended(await world.workflow(`W${(made += 1)}`), 'failed');
      await lookAndSend();
      world.pass(1);
    }
    assert.equal(hook.got.length, 3);
    await lookAndSend();
    assert.equal(hook.got.length, 4, 'an hour after the first');
    const last = hook.got.at(-1)?.body;
    assert.equal(last?.heldBackSince, '2026-05-01T10:03:00.000Z');
    const told = hook.got.flatMap(({ body }) =>
      body.alerts.filter(({ event }) => event === 'opened').map(({ id }) => id),
    );
    assert.ok(last.alerts.length === 50 && last.more > 60, 'a digest');
    assert.equal(new Set(told).size, told.length);
    const messages = await listMessages(world.database, { channelId: channel, limit: 10 });
    assert.equal(new Set(messages.flatMap(({ alertIds }) => alertIds)).size, 120, 'each was told');
  });

  test('a webhook is signed, and carries its id; a failure is retried later and visible', async () => {
    const hook = await world.receiver();
    const channel = await world.channel({
      kind: 'webhook',
      url: hook.url,
      privateAddresses: true,
      secret: 'shh',
    });
    hook.answer(503, 'come back later, token=abcdef');
    await world.ended(await world.workflow('Orders'), 'failed');
    await lookAndSend();
    const [waiting] = await listMessages(world.database, { channelId: channel, limit: 1 });
    assert.deepEqual([waiting?.state, waiting?.attempts], ['waiting', 1]);
    assert.match(waiting?.error ?? '', /answered 503: come back later/);
    assert.doesNotMatch(waiting?.error ?? '', /abcdef/);
    await sendAll();
    assert.equal(hook.got.length, 1, 'not before its time');
    hook.answer(204, '');
    world.pass(1);
    await sendAll();
    assert.equal(hook.got.length, 2);
    const [first, second] = hook.got;
    assert.equal(first?.headers['middle-message'], second?.headers['middle-message']);
    const [, t, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(second?.headers['middle-signature'])) ?? [];
    assert.equal(mac, createHmac('sha256', 'shh').update(`${t}.${second?.raw}`).digest('hex'));
    assert.equal(Number(t), Math.floor(world.now().getTime() / 1_000));
    const [sent] = await listMessages(world.database, { channelId: channel, limit: 1 });
    assert.deepEqual([sent?.state, sent?.error], ['sent', null]);
  });

  test('given up after nine attempts, and sent when a person asks', async () => {
    const hook = await world.receiver();
    const channel = await world.channel({ kind: 'webhook', url: hook.url, privateAddresses: true });
    hook.answer(500, '');
    await world.ended(await world.workflow('Orders'), 'failed');
    await look();
    for (let at = 0; at < 12; at += 1) {
      await sendAll();
      world.pass(8 * 60);
    }
    assert.equal(hook.got.length, 9);
    assert.equal((await listMessages(world.database, { channelId: channel, limit: 1 }))[0]?.state, 'failed');
    hook.answer(200, 'ok');
    assert.equal(await retryMessages(world.database, channel, world.now()), 1);
    await sendAll();
    assert.equal((await listMessages(world.database, { channelId: channel, limit: 1 }))[0]?.state, 'sent');
  });

  test('private addresses are refused unless allowed, and so is http; redirects are not followed', async () => {
    const hook = await world.receiver();
    const channel = await world.channel({ kind: 'webhook', url: hook.url });
    await world.ended(await world.workflow('Orders'), 'failed');
    await lookAndSend();
    const error = async () =>
      (await listMessages(world.database, { channelId: channel, limit: 1 }))[0]?.error ?? '';
    assert.match(await error(), /is to be reached by https/);
    await world.owner.query(
      sql`update middle.alert_channel set url = ${hook.url.replace('http:', 'https:')}`,
    );
    world.pass(10);
    await sendAll();
    assert.match(await error(), /not a public address\. An owner/);
    assert.equal(hook.got.length, 0);
    await world.owner.query(sql`update middle.alert_channel set url = ${hook.url}, private_addresses = true`);
    hook.answer(302, '', { location: hook.url });
    world.pass(60);
    await sendAll();
    assert.match(await error(), /answered 302/);
    assert.equal(hook.got.length, 1);
  });

  test('a worker that dies after it sent leaves the message to be sent again, with the same id; two never send it at once', async () => {
    const hook = await world.receiver();
    await world.channel({ kind: 'webhook', url: hook.url, privateAddresses: true });
    await world.ended(await world.workflow('Orders'), 'failed');
    await look();
    const transport = createTransport();
    await Promise.all(Array.from({ length: 5 }, () => deliverOne({ ...world.deps, transport })));
    assert.equal(hook.got.length, 1);
    // As it stands when a worker died between sending and noting so.
    await world.owner.query(sql`update middle.alert_message set state = 'waiting', settled_at = null`);
    assert.equal(await deliverOne({ ...world.deps, transport }), false, 'its lease holds');
    world.pass(2);
    assert.equal(await deliverOne({ ...world.deps, transport }), true);
    assert.equal(hook.got[0]?.body.id, hook.got[1]?.body.id);
    transport.close();
  });

  test('what fails between finding and telling is done wholly or not at all', async () => {
    await world.channel({ kind: 'webhook', url: 'https://example.com', kinds: ['workflow_failing'] });
    await world.ended(await world.workflow('Orders'), 'failed');
    await world.owner.query(sql`alter table middle.alert_message rename to gone`);
    await assert.rejects(look());
    await world.owner.query(sql`alter table middle.gone rename to alert_message`);
    assert.deepEqual(await open(), []);
    await Promise.all([look(), look(), look()]);
    await look();
    assert.equal((await open()).length, 1);
    const { rows } = await world.owner.query(sql`select 1 from middle.alert_message`);
    assert.equal(rows.length, 1);
  });

  test('syncs, connections, waiting executions, webhooks, queues', async () => {
    const connection = await world.connection('Till');
    await world.failedRuns(connection, 2);
    await world.owner.query(sql`
      update middle.connection set attention = 'refused: Bearer abcdefghijklmnop', attention_at = ${world.now()}
      where id = ${connection}`);
    await world.owner.query(sql`
      insert into middle.webhook_request (connection_id, webhook, method, bytes, sealed, state, settled_at)
      values (${connection}, 'sold', 'POST', 1, '', 'dead', ${world.now()})`);
    const workflow = await world.workflow('Slow');
    await world.owner.query(sql`
      insert into middle.execution_open (id, account_id, workflow_id, version, cause, input, next_at)
      values (${uuidv7(world.now())}, ${world.accountId}, ${workflow}, 1, 'person', '{}', ${world.now()})`);
    world.queues.set('shop', { ...EMPTY, visible: 7, dead: 3, oldestAgeSeconds: 16 * 60 });
    world.pass(16);
    await look();
    const found = await open();
    assert.deepEqual(found.map(({ kind }) => kind).sort(), [
      'connection_attention',
      'dead_letters',
      'executions_waiting',
      'queue_age',
      'sync_failing',
      'webhooks_dead',
    ]);
    assert.doesNotMatch(JSON.stringify(found), /abcdefghijklmnop/);
    assert.deepEqual(
      found
        .filter(({ accountId }) => accountId === null)
        .map(({ kind }) => kind)
        .sort(),
      ['dead_letters', 'queue_age'],
    );
    world.queues.set('shop', EMPTY);
    await world.owner.query(sql`update middle.account set enabled = false`);
    await look();
    assert.deepEqual(await open(), [], 'an account that is off needs nobody');
  });

  test('what others raise follows its rule, and is told too', async () => {
    const hook = await world.receiver();
    await world.channel({ kind: 'webhook', url: hook.url, privateAddresses: true, accountId: null });
    const connection = await world.connection('Till');
    const raise = () =>
      raiseAlert(world.deps.database, {
        kind: 'balance_difference',
        subject: `connection:${connection}`,
        message: '3 messages are missing',
        data: {},
        now: world.now(),
      });
    assert.equal(await raise(), true);
    await lookAndSend();
    assert.match(hook.got[0]?.body.alerts[0]?.title ?? '', /balance of “Till”/);
    await world.rule('balance_difference', false, {}, null);
    await look();
    assert.deepEqual(await open(), []);
    assert.equal(await raise(), false);
    assert.deepEqual(await open(), []);
  });

  test('channels of an account hear of it alone; those of the stack of the stack, or of everything', async () => {
    const other = await world.account('other');
    const hooks = {
      own: await world.receiver(),
      stack: await world.receiver(),
      every: await world.receiver(),
    };
    const common = { kind: 'webhook', privateAddresses: true } as const;
    await world.channel({ ...common, url: hooks.own.url });
    await world.channel({ ...common, url: hooks.stack.url, accountId: null });
    await world.channel({ ...common, url: hooks.every.url, accountId: null, everyAccount: true });
    await world.ended(await world.workflow('Ours'), 'failed');
    await world.ended(await world.workflow('Theirs', other), 'failed');
    world.queues.set('till', { ...EMPTY, dead: 1 });
    await lookAndSend();
    const names = ({ got }: { got: readonly { body: { alerts: readonly { title: string }[] } }[] }) =>
      got
        .flatMap(({ body }) => body.alerts.map(({ title }) => /“(.*)”/.exec(title)?.[1] ?? ''))
        .toSorted((a, b) => (a < b ? -1 : 1));
    assert.deepEqual(names(hooks.own), ['Ours']);
    assert.deepEqual(names(hooks.stack), ['till']);
    assert.deepEqual(names(hooks.every), ['Ours', 'Theirs', 'till']);
  });

  test('people get mail as long as they may see the account', async () => {
    await world.mailServer();
    const [member, stranger, owner] = [
      await world.person('member', 'member', true),
      await world.person('stranger', 'member', false),
      await world.person('owner', 'owner', false),
    ];
    await world.channel({ kind: 'email', people: [member, stranger, owner] });
    await world.ended(await world.workflow('Orders'), 'failed');
    await lookAndSend();
    assert.deepEqual([...(world.mails[0]?.to ?? [])].sort(), ['member@example.com', 'owner@example.com']);
  });

  test('mail tells the true error, and never the password', async () => {
    const channel = await world.channel({ kind: 'email', addresses: ['ops@example.com'] });
    await world.ended(await world.workflow('Orders'), 'failed');
    await lookAndSend();
    const error = async () =>
      (await listMessages(world.database, { channelId: channel, limit: 1 }))[0]?.error ?? '';
    assert.match(await error(), /no mail server is set up/);
    for (const [change, expected] of [
      [{ password: 'wrong-password' }, /535.*Check the user and the password/],
      [{ tls: 'starttls', insecure: true }, /self-signed certificate|certificate/],
      [{ port: 1 }, /ECONNREFUSED.*Check host/],
    ] as const) {
      await world.mailServer(change);
      world.pass(24 * 60);
      await sendAll();
      assert.match(await error(), expected);
      assert.doesNotMatch(await error(), /wrong-password/);
    }
    await world.mailServer();
    world.pass(24 * 60);
    await sendAll();
    assert.equal(world.mails.length, 1);
  });

  test('counting is taken with the executions, so a repeat changes nothing', async () => {
    const workflow = await world.workflow('Orders');
    const id = await world.ended(workflow, 'failed', 'once', false);
    await assert.rejects(
      world.database.transaction(async (client) => {
        await noteOutcomes(client, [id]);
        throw new Error('killed');
      }),
    );
    await world.database.transaction((client) => noteOutcomes(client, [id]));
    await look();
    assert.equal((await open())[0]?.occurrences, 1);
  });

  test('what the supervisor tells of backups and the disk; while it tells nothing, nothing is over', async () => {
    const fine: BackupState = {
      state: 'current',
      since: world.now().toISOString(),
      problem: null,
      folder: '/backups',
      days: 7,
      storedUntil: null,
      waitingBytes: 0,
      storedBytes: 0,
      window: [],
      lastBase: null,
      baseProblem: null,
      verification: null,
    };
    const disk = { freeBytes: 50, bytes: 100 };
    const kinds = async (): Promise<readonly string[]> => {
      await look();
      return (await open()).map(({ kind }) => kind).toSorted();
    };
    world.machine.status = { disk, backup: fine };
    assert.deepEqual(await kinds(), []);
    const verification = { at: fine.since, passed: false, message: 'rows are missing', milliseconds: 1 };
    world.machine.status = {
      disk: { freeBytes: 4, bytes: 100 },
      backup: { ...fine, state: 'unreachable', problem: 'the disk is gone', verification },
    };
    assert.deepEqual(await kinds(), ['backup_unverified', 'disk_low']);
    world.pass(6);
    assert.deepEqual(await kinds(), ['backup_failing', 'backup_unverified', 'disk_low']);
    assert.equal((await open()).find(({ kind }) => kind === 'backup_failing')?.message, 'the disk is gone');
    world.machine.status = null;
    assert.equal((await kinds()).length, 3);
    world.machine.status = { disk, backup: { ...fine, baseProblem: 'a page is damaged' } };
    assert.deepEqual(await kinds(), ['backup_failing']);
    world.machine.status = { disk, backup: fine };
    assert.deepEqual(await kinds(), []);
  });
});
