import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as fc from 'fast-check';
import sql from 'sql-template-tag';
import { MiddleError } from '@middle/core/errors.ts';
import { readConnectionContext } from '@middle/store/run-context.ts';
import { beginRenewal } from '@middle/store/token-renewals.ts';
import { tokenWorld } from '../testing/token-world.ts';
import { authorizer, readCredentials } from './credentials.ts';
import type { CredentialsDeps } from './credentials.ts';

describe('access tokens', () => {
  let world: Awaited<ReturnType<typeof tokenWorld>>;
  let one: CredentialsDeps;
  let two: CredentialsDeps;
  before(async () => {
    world = await tokenWorld();
    one = world.worker();
    two = world.worker();
  });
  after(() => world[Symbol.asyncDispose]());
  const issue = (count: number, clientId: string) => ({
    status: 200,
    body: { access_token: `${clientId}-${count}`, expires_in: 3_600 },
  });
  beforeEach(async () => {
    world.source.token = issue;
    await world.fillIn('oauth', { clientId: 'ann', clientSecret: 's' });
    await world.forget();
  });

  const use = async (deps: CredentialsDeps): Promise<string | undefined> => {
    const context = await readConnectionContext(deps.database, world.connectionId);
    return (await readCredentials(deps, context)).headers['Authorization'];
  };
  const outcome = (promise: Promise<string | undefined>): Promise<string> =>
    promise.then(
      (header) => header ?? 'none',
      (error: unknown) => (error instanceof MiddleError ? error.code : String(error)),
    );
  const attention = async (): Promise<string | null> => {
    const { rows } = await world.owner.query<{ attention: string | null }>(
      sql`select attention from middle.connection`,
    );
    return rows[0]?.attention ?? null;
  };

  test('however many callers of two workers need a token, one request is made, and all get its token', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 1 }), { minLength: 1, maxLength: 24 }),
        fc.constantFrom('missing', 'expiring', 'expired'),
        async (callers, state) => {
          await world.forget();
          if (state !== 'missing') {
            await world.owner.query(sql`
              update middle.connection set token = 'old',
                token_expires_at = now() + make_interval(secs => ${state === 'expiring' ? 30 : -30})`);
          }
          const headers = await Promise.all(callers.map((place) => use(place === 0 ? one : two)));
          assert.deepEqual(new Set(headers), new Set(['Bearer ann-1']));
          assert.equal(world.tokenRequests(), 1);
          assert.equal(await use(one), 'Bearer ann-1', 'and it is kept');
          assert.equal(world.tokenRequests(), 1);
        },
      ),
      { numRuns: 12 },
    );
  });

  test('a rejected token is renewed once, also when the news of its rejection comes late', async () => {
    await use(one);
    await world.owner.query(sql`update middle.connection set token_renewed_at = now() - interval '1 hour'`);
    const again = [one, two].map((deps) => authorizer(deps)(world.connectionId, { rejected: true }));
    assert.deepEqual(await Promise.all(again), [
      { Authorization: 'Bearer ann-2' },
      { Authorization: 'Bearer ann-2' },
    ]);
    const late = await authorizer(two)(world.connectionId, { rejected: true });
    assert.deepEqual(late, { Authorization: 'Bearer ann-2' });
    assert.equal(world.tokenRequests(), 2);
  });

  test('a token endpoint that takes its time holds no database connection', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    world.source.token = async (count, clientId) => {
      asked.resolve();
      await answer.promise;
      return issue(count, clientId);
    };
    const waiting = Array.from({ length: 10 }, () => use(one));
    await asked.promise;
    // The pool has two connections; with the ten waiting, a query still gets through, and no transaction is open.
    const { rows } = await one.database.query<{ open: number }>(sql`
      select count(*)::int as open from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`);
    assert.deepEqual(rows, [{ open: 0 }]);
    answer.resolve();
    assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['Bearer ann-1']));
  });

  test('a refusal fails all who wait with one request, and asks a person to look', async () => {
    world.source.token = () => ({ status: 401, body: { error: 'invalid_client' } });
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, n) => outcome(use(n % 2 === 0 ? one : two))),
    );
    assert.ok(outcomes.includes('credentials_rejected'));
    assert.ok(outcomes.every((code) => code === 'credentials_rejected' || code === 'egress_failed'));
    assert.match((await attention()) ?? '', /No access token: .*invalid_client/);
    world.source.token = issue;
    assert.match(await outcome(use(one)), /^Bearer /, 'the next one asks again');
    assert.equal(await attention(), null);
  });

  test('a token endpoint that is broken or silent fails in time, and blames no credentials', async () => {
    world.source.token = () => ({ status: 503 });
    assert.equal(await outcome(use(one)), 'egress_failed');
    const silent = Promise.withResolvers<never>();
    world.source.token = () => silent.promise;
    const hasty = world.worker({ renewSeconds: 0.2 });
    assert.equal(await outcome(use(hasty)), 'egress_failed');
    assert.equal(await attention(), null);
  });

  test('a renewal whose worker was killed is taken over when its lease is over', async () => {
    const lease = { holder: '00000000-0000-7000-8000-000000000001', seconds: 0.3 };
    assert.equal(await beginRenewal(world.owner, world.connectionId, lease), true);
    assert.equal(await beginRenewal(world.owner, world.connectionId, lease), false);
    assert.equal(await use(one), 'Bearer ann-1');
  });

  test('a token made with credentials that were replaced meanwhile is not kept', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    world.source.token = async (count, clientId) => {
      if (clientId === 'ann') {
        asked.resolve();
        await answer.promise;
      }
      return issue(count, clientId);
    };
    const waiting = [use(one), use(two)];
    await asked.promise;
    await world.fillIn('oauth', { clientId: 'bob', clientSecret: 's' });
    answer.resolve();
    assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['Bearer bob-2']));
    assert.equal(await use(two), 'Bearer bob-2');
  });
});
