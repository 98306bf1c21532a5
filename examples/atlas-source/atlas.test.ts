import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import type { Server } from 'node:http';
import { readPackageFolder } from '@middle/functions/package/folder.ts';
import { checkPackage } from '@middle/functions/package/check.ts';
import { bundlePackage } from '@middle/functions/build/bundle.ts';
import { sandboxBench } from '@middle/functions/testing/sandbox-bench.ts';
import { createTokenClient } from '@middle/functions/auth/access-token.ts';
import { systemClock } from '@middle/functions/testing/clock.ts';
import { authHeaders } from '@middle/core/auth-headers.ts';
import type { Atlas } from './atlas.ts';
import { createAtlas } from './atlas.ts';
import type { AtlasData } from './data.ts';
import { loadData } from './data.ts';
import { DEMO_CLIENT } from './demo-client.ts';
import { createAtlasServer } from './server.ts';

const MINUTE = 60_000;

describe('the Atlas', () => {
  let time = Date.parse('2026-06-01T12:00:00Z');
  const now = (): Date => new Date(time);
  let data: AtlasData;
  let atlas: Atlas;
  let server: Server;
  let base = '';

  before(async () => {
    data = await loadData();
    atlas = createAtlas(data, now);
    server = createAtlasServer({
      atlas,
      now,
      busyEvery: 7,
      requestsPerSecond: 1000,
      tokenSeconds: 60,
      ...DEMO_CLIENT,
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    base = `http://127.0.0.1:${String(address.port)}/v1`;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  test('has the real data, each row once, with foreign keys that lead somewhere', () => {
    assert.ok(atlas.countries.size >= 240 && atlas.cities.size > 130_000 && atlas.airports.size > 7000);
    const everything = (name: keyof Atlas) => {
      const rows: Record<string, unknown>[] = [];
      let cursor: string | null = null;
      do {
        const page = atlas[name].list({ limit: 1000, cursor, modifiedSince: null });
        for (const item of page.items) rows.push(JSON.parse(item));
        cursor = page.next;
      } while (cursor !== null);
      return rows;
    };
    const codes = new Set(everything('countries').map((row) => row['code']));
    const cities = everything('cities');
    const ids = new Set(cities.map((row) => row['id']));
    assert.equal(ids.size, cities.length);
    assert.equal(ids.size, atlas.cities.size - 1, 'one city is missing in each hour');
    assert.ok(cities.every((row) => codes.has(row['country_code'])));
    const airports = everything('airports');
    assert.ok(airports.filter((row) => row['city_id'] !== null).length > 3000);
    assert.ok(airports.every((row) => row['country_code'] === null || codes.has(row['country_code'])));
    const careless = airports.filter(({ altitude_ft: altitude }) => typeof altitude === 'string');
    assert.ok(careless.length > 0 && careless.length < 20, `${String(careless.length)} for the quarantine`);
  });

  test('changes with time, the same way for everyone, and modified_since finds exactly what changed', () => {
    const since = now();
    const earlier = createAtlas(data, () => since);
    time += 10 * MINUTE;
    const changed = atlas.cities.list({
      limit: 1000,
      cursor: null,
      modifiedSince: new Date(since.getTime() + 1),
    }).items;
    assert.ok(changed.length >= 100 && changed.length <= 122, String(changed.length));
    const other = createAtlas(data, now);
    for (const item of changed) {
      const { id }: { id: number } = JSON.parse(item);
      assert.equal(other.cities.get(String(id)), item);
      assert.notEqual(earlier.cities.get(String(id)), item);
    }
    const seen = new Set<string>();
    let cursor: string | null = null;
    do {
      const page = atlas.cities.list({ limit: 7, cursor, modifiedSince: new Date(since.getTime() + 1) });
      for (const item of page.items) seen.add(item);
      cursor = page.next;
    } while (cursor !== null);
    assert.deepEqual(seen, new Set(changed));
  });

  test('answers only who has a token that is still good', async () => {
    const status = async (authorization: string): Promise<number> =>
      (await fetch(`${base}/countries/BE`, { headers: { authorization } })).status;
    assert.equal(await status('Bearer nothing'), 401);
    const basic = (secret: string) => `Basic ${btoa(`${DEMO_CLIENT.clientId}:${secret}`)}`;
    const ask = (secret: string, grant: string) =>
      fetch(`${base}/oauth/token`, {
        method: 'POST',
        headers: { authorization: basic(secret) },
        body: new URLSearchParams({ grant_type: grant }),
      });
    assert.equal((await ask('wrong', 'client_credentials')).status, 401);
    assert.equal((await ask(DEMO_CLIENT.clientSecret, 'password')).status, 400);
    const answer = await ask(DEMO_CLIENT.clientSecret, 'client_credentials');
    const { access_token: token }: { access_token: string } = JSON.parse(await answer.text());
    assert.equal(await status(`Bearer ${token}`), 200);
    const nothing = await fetch(`${base}/cities/%zz`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(nothing.status, 404);
    time += 2 * MINUTE;
    assert.equal(await status(`Bearer ${token}`), 401);
  });

  test('the atlas app brings all of it through the sandbox, with tokens that expire and waits on the way', async () => {
    const folder = fileURLToPath(new URL('../../apps/atlas/', import.meta.url));
    const { manifest, functions } = checkPackage(await readPackageFolder(folder));
    assert.ok(manifest !== null);
    const { bundles } = await bundlePackage(await readPackageFolder(folder), functions);
    const [auth] = manifest.auth;
    assert.ok(auth !== undefined);
    const policy = { baseUrl: base, hosts: [], developmentHosts: [new URL(base).host], rate: null };
    const tokens = createTokenClient({ clock: systemClock, log: () => undefined });
    const authorize = async () => {
      const { accessToken } = await tokens.fetch({
        app: 'atlas',
        connection: 'c1',
        auth,
        values: DEMO_CLIENT,
        policy,
      });
      return authHeaders(auth, DEMO_CLIENT, accessToken, btoa);
    };
    await using bench = await sandboxBench({ authorize });
    for (const [key, expected] of [
      ['all-countries', atlas.countries.size],
      ['all-airports', atlas.airports.size],
    ] as const) {
      const bundle = bundles.find((one) => one.key === key);
      assert.ok(bundle !== undefined);
      const egress = { ...policy, headers: { authorization: 'Bearer expired' } };
      const { end, logs } = await bench.run('', { bundle, egress });
      assert.deepEqual([end.error, end.records], [null, expected]);
      assert.ok(logs.some((line) => line.includes('credentials; they were refreshed')));
    }
    tokens.close();
  });
});
