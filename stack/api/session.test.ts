import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { ApiProblem, createClient } from '@middle/contract/client.ts';
import type { Client } from '@middle/contract/client.ts';
import { getPerson } from '@middle/store/people.ts';
import { PASSWORD, browser, personClient } from './testing/sample.ts';
import { testServer } from './testing/server.ts';
import type { TestServer } from './testing/server.ts';
import { totp } from './testing/totp.ts';

let server: TestServer;
before(async () => void (server = await testServer()));
after(async () => server[Symbol.asyncDispose]());

function post(path: string, body: unknown): Promise<Response> {
  return fetch(`${server.baseUrl}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.baseUrl },
    body: JSON.stringify(body),
  });
}

function clientOf(signedIn: Response): Client {
  return createClient({ baseUrl: server.baseUrl, fetch: browser(server, signedIn).fetch });
}

const isProblem = (code: string) => (error: unknown) => error instanceof ApiProblem && error.code === code;

describe('the first owner', () => {
  test('signs in with a link that works once, gives an address and a password, and signs in with them', async () => {
    const { token, path } = await server.client.createSignInLink({ body: {} });
    assert.equal(path, `/sign-in#token=${token}`);
    const redeemed = await post('/sign-in-links/redeem', { token });
    assert.equal(redeemed.status, 200);
    assert.equal((await post('/sign-in-links/redeem', { token })).status, 410);
    const [cookie = ''] = redeemed.headers.getSetCookie();
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=Lax/);

    const client = clientOf(redeemed);
    const me = await client.getMe();
    assert.deepEqual([me.role, me.email, me.hasPassword], ['owner', null, false]);
    await assert.rejects(client.setPassword({ body: { newPassword: PASSWORD } }), isProblem('conflict'));
    await client.updateMe({ body: { name: 'Olga', email: 'Olga@example.com' } });
    await client.setPassword({ body: { newPassword: PASSWORD } });
    assert.equal((await client.getMe()).hasPassword, true);

    const signedIn = await post('/sign-in', { email: 'olga@example.com', password: PASSWORD });
    assert.equal(signedIn.status, 200);
    assert.equal((await clientOf(signedIn).getMe()).name, 'Olga');
    const wrong = { email: 'olga@example.com', password: 'not this one' };
    assert.equal((await post('/sign-in', wrong)).status, 401);
    assert.equal((await post('/sign-in', { ...wrong, email: 'nobody@example.com' })).status, 401);
  });

  test('is the same person at the next link, and stays while there is no other owner', async () => {
    const redeemed = await post('/sign-in-links/redeem', {
      token: (await server.client.createSignInLink({ body: {} })).token,
    });
    const me = await clientOf(redeemed).getMe();
    assert.equal(me.name, 'Olga');
    await assert.rejects(server.client.removePerson({ params: { personId: me.id } }), isProblem('conflict'));
    const member = { params: { personId: me.id }, body: { role: 'member' as const } };
    await assert.rejects(server.client.setRoles(member), isProblem('conflict'));
  });
});

describe('a session', () => {
  test('ends when its person signs out, or ends it from elsewhere, or changes the password', async () => {
    await personClient(server, { email: 'sam@example.com', role: 'developer' });
    const sign = () => post('/sign-in', { email: 'sam@example.com', password: PASSWORD });
    const [one, two, three] = [clientOf(await sign()), clientOf(await sign()), clientOf(await sign())];
    await one.signOut();
    await assert.rejects(one.getMe(), isProblem('not_signed_in'));

    const { items } = await two.listSessions();
    assert.equal(items.filter(({ current }) => current).length, 1);
    await two.setPassword({ body: { currentPassword: PASSWORD, newPassword: 'another good one' } });
    await assert.rejects(three.getMe(), isProblem('not_signed_in'));
    const current = (await two.listSessions()).items;
    assert.equal(current.length, 1);
    await two.endSession({ params: { sessionId: current[0]?.id ?? '' } });
    await assert.rejects(two.getMe(), isProblem('not_signed_in'));
  });

  test('asks for the old password before it sets a new one', async () => {
    const { fetch: send } = await personClient(server, { email: 'pat@example.com', role: 'member' });
    const client = createClient({ baseUrl: server.baseUrl, fetch: send });
    const change = { body: { currentPassword: 'guess', newPassword: 'another good one' } };
    await assert.rejects(client.setPassword(change), isProblem('sign_in_failed'));
  });
});

describe('a second factor', () => {
  test('is asked for once it is verified, takes a recovery code once, and can be switched off', async () => {
    const { fetch: send } = await personClient(server, { email: 'tess@example.com', role: 'developer' });
    const client = createClient({ baseUrl: server.baseUrl, fetch: send });
    const sign = (code?: string) => post('/sign-in', { email: 'tess@example.com', password: PASSWORD, code });
    const { id } = await client.getMe();
    const enrolment = await client.enrolSecondFactor({ body: { password: PASSWORD } });
    assert.match(enrolment.uri, /^otpauth:\/\/totp\//);
    assert.equal((await sign()).status, 200, 'it does not count before it is verified');
    await assert.rejects(
      client.verifySecondFactor({ body: { code: '000000' } }),
      isProblem('second_factor_needed'),
    );
    await client.verifySecondFactor({ body: { code: totp(enrolment.secret) } });

    const asked = await sign();
    assert.equal(asked.status, 401);
    assert.match(await asked.text(), /second_factor_needed/);
    assert.deepEqual(asked.headers.getSetCookie(), []);
    assert.equal((await sign('123456')).status, 401);
    assert.equal((await sign(totp(enrolment.secret))).status, 200);
    const [recovery] = enrolment.recoveryCodes;
    const recovered = await sign(recovery);
    assert.equal(recovered.status, 200);
    assert.equal((await sign(recovery)).status, 401);

    await clientOf(recovered).disableSecondFactor({ body: { password: PASSWORD } });
    assert.equal((await sign()).status, 200);

    const { items } = await server.client.listAuditEvents({
      query: { subjectKind: 'person', subjectId: id },
    });
    const factor = items.map(({ action }) => action).filter((action) => action.startsWith('second_factor.'));
    assert.deepEqual(factor.reverse(), [
      'second_factor.enrol',
      'second_factor.switch_on',
      'second_factor.switch_off',
    ]);
  });

  test('does not change without its line in the audit trail', async () => {
    const { fetch: send } = await personClient(server, { email: 'una@example.com', role: 'developer' });
    const client = createClient({ baseUrl: server.baseUrl, fetch: send });
    const { signIn } = server.deps;
    const signedIn = async (): Promise<Headers> => {
      const answer = await post('/sign-in', { email: 'una@example.com', password: PASSWORD });
      const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
      return new Headers({ cookie: cookies.join('; ') });
    };
    const refuse = (): Promise<never> => Promise.reject(new Error('no line can be written'));
    const noLine = { message: 'no line can be written' };

    await assert.rejects(signIn.enrolSecondFactor(PASSWORD, await signedIn(), refuse), noLine);
    const { id } = await client.getMe();
    const enrolments = await server.deps.database.query(
      sql`select from auth."twoFactor" where "userId" = ${id}`,
    );
    assert.equal(enrolments.rowCount, 0);

    const { secret } = await client.enrolSecondFactor({ body: { password: PASSWORD } });
    const headers = await signedIn();
    await assert.rejects(signIn.verifySecondFactor(totp(secret), headers, refuse), noLine);
    assert.equal((await client.getMe()).secondFactor, false);
    assert.notEqual(await signIn.session(headers), null, 'the session has not been replaced either');

    await client.verifySecondFactor({ body: { code: totp(secret) } });
    const proven = await signIn.start(id, new Headers());
    const cookie = proven.map((one) => one.split(';')[0]).join('; ');
    await assert.rejects(signIn.disableSecondFactor(PASSWORD, new Headers({ cookie }), refuse), noLine);
    assert.equal((await getPerson(server.deps.database, id))?.secondFactor, true);
  });
});

describe('an invitation', () => {
  test('says what it offers, works once, and can be taken back', async () => {
    const account = await server.client.createAccount({ body: { key: 'brand', name: 'Brand' } });
    const memberships = [{ accountId: account.id, role: 'full' as const }];
    const { path, invitation } = await server.client.createInvitation({
      body: { email: 'New@example.com', role: 'member', memberships },
    });
    const token = path.split('=')[1];
    const offered = await (await post('/invitations/inspect', { token })).text();
    assert.match(offered, /new@example\.com/);
    const again = await server.client.createInvitation({
      body: { email: 'new@example.com', role: 'member', memberships },
    });
    assert.equal((await post('/invitations/inspect', { token })).status, 410, 'the newest link counts');
    assert.equal((await server.client.listInvitations()).items.length, 1);

    const body = { token: again.path.split('=')[1], name: 'New', password: PASSWORD };
    const accepted = await post('/invitations/accept', body);
    assert.deepEqual((await clientOf(accepted).getMe()).memberships, memberships);
    assert.equal((await post('/invitations/accept', body)).status, 410);
    await assert.rejects(
      server.client.createInvitation({ body: { email: 'new@example.com', role: 'owner' } }),
      isProblem('conflict'),
    );
    await assert.rejects(
      server.client.revokeInvitation({ params: { invitationId: invitation.id } }),
      isProblem('not_found'),
    );
  });
});

test('guessing is slowed down', async () => {
  await using slow = await testServer({ signInsPerMinute: 3 });
  const guess = () =>
    fetch(`${slow.baseUrl}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'x@example.com', password: 'guess' }),
    });
  const statuses = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await guess()).status);
  assert.deepEqual(statuses, [401, 401, 401, 429, 429]);
  assert.notEqual((await guess()).headers.get('retry-after'), null);
});

test('each change leaves a line in the audit trail, and no secret', async () => {
  const { items } = await server.client.listAuditEvents({ query: { limit: 200 } });
  const actions = new Set(items.map(({ action }) => action));
  for (const action of ['sign_in_link.create', 'session.start', 'person.update', 'person.set_password']) {
    assert(actions.has(action), action);
  }
  assert(!JSON.stringify(items).includes(PASSWORD));
});
