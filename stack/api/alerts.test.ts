import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ApiProblem } from '@middle/contract/client.ts';
import { secretContext } from '@middle/store/alerts/channels.ts';
import { MAIL_PASSWORD_CONTEXT, readMailServer } from '@middle/store/alerts/mail-server.ts';
import { raiseAlert } from '@middle/store/alerts/open-close.ts';
import sql from 'sql-template-tag';
import { testServer } from './testing/server.ts';
import type { TestServer } from './testing/server.ts';

describe('alerts over the API', () => {
  let server: TestServer;
  let accountId: string;
  before(async () => {
    server = await testServer();
    accountId = (await server.client.createAccount({ body: { key: 'demo', name: 'Demo' } })).id;
  });
  after(async () => server[Symbol.asyncDispose]());

  const problem = async (work: Promise<unknown>): Promise<ApiProblem> => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ApiProblem, String(error));
    return error;
  };
  const raise = (subject: string, of: string | null) =>
    raiseAlert(server.worker, {
      kind: of === null ? 'dead_letters' : 'workflow_failing',
      subject,
      accountId: of,
      message: '3 executions failed',
      data: { name: subject, workflowId: 'w', app: 'shop' },
    });

  test('are listed, acknowledged and let go, snoozed and woken; audited', async () => {
    const { client } = server;
    await raise('one', accountId);
    await raise('stack', null);
    const all = await client.listAlerts();
    assert.deepEqual(
      all.items.map(({ title }) => title),
      ['Messages of “stack” could not be processed', 'Workflow “one” fails'],
    );
    const { items } = await client.listAlerts({ query: { accountId: 'demo' } });
    assert.equal(items.length, 1);
    const alertId = items[0]?.id ?? '';
    assert.equal((await client.getAccount({ params: { accountId } })).openAlerts, 1);
    const ours = await client.attendAlert({ params: { alertId }, body: { acknowledged: true } });
    assert.equal(ours.acknowledgedBy, 'cli');
    assert.equal((await client.getAccount({ params: { accountId } })).openAlerts, 0);
    const free = await client.attendAlert({ params: { alertId }, body: { acknowledged: false } });
    assert.equal(free.acknowledgedAt, null);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const quiet = await client.attendAlert({ params: { alertId }, body: { snoozedUntil: until } });
    assert.equal(quiet.snoozedUntil, until);
    for (const wrong of ['2020-01-01T00:00:00Z', '2999-01-01T00:00:00Z']) {
      const refused = await problem(
        client.attendAlert({ params: { alertId }, body: { snoozedUntil: wrong } }),
      );
      assert.equal(refused.code, 'request_invalid');
    }
    await server.worker.query(sql`update middle.alert set cleared_at = now() where id = ${alertId}`);
    assert.equal(
      (await problem(client.attendAlert({ params: { alertId }, body: { acknowledged: true } }))).code,
      'conflict',
    );
    const resolved = await client.listAlerts({ query: { state: 'resolved', kind: 'workflow_failing' } });
    assert.equal(resolved.items.length, 1);
    const trail = await client.listAuditEvents({ query: { subjectKind: 'alert' } });
    assert.equal(trail.items.length, 3);
  });

  test('rules have defaults, bounds and a scope', async () => {
    const { client } = server;
    const { items } = await client.listAlertRules({ params: { accountId } });
    assert.deepEqual(items[0]?.thresholds, { failures: 1, minutes: 60 });
    const changed = await client.setAlertRule({
      params: { accountId, kind: 'workflow_failing' },
      body: { enabled: true, thresholds: { failures: 5 } },
    });
    assert.deepEqual(changed.thresholds, { failures: 5, minutes: 60 });
    for (const thresholds of [{ failures: 0 }, { failures: 1.5 }, { nothing: 1 }]) {
      const params = { accountId, kind: 'workflow_failing' as const };
      const refused = await problem(client.setAlertRule({ params, body: { enabled: true, thresholds } }));
      assert.equal(refused.code, 'request_invalid');
    }
    const foreign = client.setAlertRule({
      params: { accountId, kind: 'dead_letters' },
      body: { enabled: false },
    });
    assert.match((await problem(foreign)).message, /no rule of an account/);
    await client.setStackAlertRule({ params: { kind: 'dead_letters' }, body: { enabled: false } });
    assert.equal(
      (await client.listStackAlertRules()).items.find(({ kind }) => kind === 'dead_letters')?.enabled,
      false,
    );
  });

  test('a webhook’s secret is shown once and kept sealed; its address is not in the audit trail', async () => {
    const { client } = server;
    const { channel, secret } = await client.createAlertChannel({
      params: { accountId },
      body: { name: 'Chat', kind: 'webhook', url: 'https://chat.example.com/services/T0/s3cr3t' },
    });
    assert.match(secret ?? '', /^ms_[\w-]{43}$/);
    const { rows } = await server.worker.query<{ secret: Uint8Array }>(
      sql`select secret from middle.alert_channel where id = ${channel.id}`,
    );
    const sealed = rows[0]?.secret ?? new Uint8Array();
    assert.ok(!Buffer.from(sealed).includes(secret ?? '?'));
    assert.equal(
      Buffer.from(await server.deps.keys.open(sealed, secretContext(channel.id))).toString(),
      secret,
    );
    const params = { alertChannelId: channel.id };
    const again = await client.changeChannelSecret({ params });
    assert.notEqual(again.secret, secret);
    assert.equal(
      (await client.allowPrivateAddresses({ params, body: { allowed: true } })).privateAddresses,
      true,
    );
    const same = await client.updateAlertChannel({ params, body: { perHour: 3 } });
    assert.deepEqual([same.privateAddresses, same.perHour], [true, 3]);
    const moved = await client.updateAlertChannel({ params, body: { url: 'https://other.example.com/x' } });
    assert.equal(moved.privateAddresses, false, 'what was allowed was allowed for another address');
    const trail = JSON.stringify(await client.listAuditEvents({ query: { subjectKind: 'alert_channel' } }));
    assert.ok(trail.includes('chat.example.com'));
    assert.ok(!trail.includes('s3cr3t') && !trail.includes(secret ?? '?'));
    const taken = client.createAlertChannel({
      params: { accountId },
      body: { name: 'Chat', kind: 'email', addresses: ['a@example.com'] },
    });
    assert.equal((await problem(taken)).code, 'conflict');
    const job = await client.testAlertChannel({ params });
    assert.deepEqual([job.kind, job.subject], ['alert_channel_test', channel.id]);
    await client.deleteAlertChannel({ params });
    assert.deepEqual((await client.listAlertChannels({ params: { accountId } })).items, []);
  });

  test('channels that make no sense are refused', async () => {
    const base = { name: 'X', kind: 'email' as const };
    for (const body of [
      base,
      { ...base, kind: 'webhook' as const },
      { ...base, addresses: ['no address'] },
      { ...base, addresses: ['a@example.com\r\nBcc: b@example.com'] },
      { ...base, people: ['0199d0a0-0000-7000-8000-000000000001'] },
      { ...base, addresses: ['a@example.com'], everyAccount: true },
      { ...base, addresses: ['a@example.com'], kinds: ['dead_letters' as const] },
      { ...base, kind: 'webhook' as const, url: 'file:///etc/passwd' },
      { ...base, kind: 'webhook' as const, url: 'https://user:pass@example.com' },
      { ...base, kind: 'webhook' as const, url: 'https://example.com', addresses: ['a@example.com'] },
    ]) {
      const refused = await problem(server.client.createAlertChannel({ params: { accountId }, body }));
      assert.equal(refused.code, 'request_invalid', JSON.stringify(body));
    }
  });

  test('the mail server’s password is sealed, never shown, and goes to its own host only', async () => {
    const { client } = server;
    const body = { host: 'mail.example.com', user: 'middle', from: 'middle@example.com' };
    assert.deepEqual(await client.getMailServer(), { server: null, hasPassword: false });
    const set = await client.setMailServer({ body: { ...body, password: 'hunter2' } });
    assert.deepEqual(set, { server: { ...body, port: 587, tls: 'starttls' }, hasPassword: true });
    const { rows } = await server.worker.query<{ value: unknown }>(
      sql`select value from middle.setting where key = 'mail_server'`,
    );
    assert.ok(!JSON.stringify(rows).includes('hunter2'));
    const kept = await readMailServer(server.worker);
    const opened = await server.deps.keys.open(kept?.password ?? new Uint8Array(), MAIL_PASSWORD_CONTEXT);
    assert.equal(Buffer.from(opened).toString(), 'hunter2');
    assert.equal(
      (await client.setMailServer({ body: { ...body, port: 465, tls: 'tls' } })).hasPassword,
      true,
    );
    const elsewhere = client.setMailServer({ body: { ...body, host: 'evil.example.com' } });
    assert.match((await problem(elsewhere)).message, /needs its password anew/);
    assert.equal((await client.listStackAlertChannels()).canMail, true);
    const job = await client.testMailServer({ body: { to: 'a@example.com' } });
    assert.equal(job.kind, 'mail_test');
    await client.deleteMailServer();
    assert.equal((await client.getMailServer()).server, null);
    const trail = JSON.stringify(await client.listAuditEvents({ query: { subjectId: 'mail_server' } }));
    assert.ok(!trail.includes('hunter2'));
  });
});
