import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { authHeaders, settingsOf } from './auth-headers.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { matchesHost } from './host-pattern.ts';
import { checkManifest } from './manifest-check.ts';
import type { ManifestInput } from './manifest.ts';
import { manifestSchema } from './manifest.ts';

const shop = {
  key: 'shop',
  name: 'Shop',
  version: '1.0.0',
  egress: {
    baseUrl: 'https://api.shop.example/v1',
    hosts: ['api.shop.example'],
    rate: { requests: 60, per: '1m' },
  },
  auth: [
    {
      key: 'key',
      name: 'API key',
      kind: 'fields',
      fields: [
        { key: 'apiKey', title: 'Key', kind: 'protected' },
        { key: 'region', title: 'Region' },
      ],
      headers: { Authorization: 'Bearer {apiKey}' },
    },
  ],
  recordTypes: [
    { key: 'customer', title: 'Customer', attributes: [{ key: 'id', type: 'primary_id', title: 'Id' }] },
    {
      key: 'sale',
      title: 'Sale',
      attributes: [
        { key: 'id', type: 'primary_id', title: 'Id' },
        { key: 'customerId', type: 'foreign_key', references: 'customer', title: 'Customer' },
        {
          key: 'lines',
          type: 'array',
          title: 'Lines',
          attributes: [{ key: 'sku', type: 'string', title: 'Article' }],
        },
      ],
    },
  ],
  syncs: [
    {
      key: 'all',
      recordType: 'sale',
      kind: 'complete',
      function: 'all-sales',
      every: '1d',
      markDeleted: true,
    },
    {
      key: 'recent',
      recordType: 'sale',
      kind: 'recent',
      function: 'recent-sales',
      every: '15m',
      overlap: '5m',
      catchUp: { weekday: 'sunday', hour: 2, timeZone: 'Europe/Brussels', window: '14d' },
    },
    { key: 'one', recordType: 'sale', kind: 'lookup', function: 'one-sale' },
  ],
} satisfies ManifestInput;

test('a right manifest comes out in seconds and numbers, and parsing the outcome changes nothing', () => {
  const { manifest, problems } = checkManifest(shop);
  assert.deepEqual(problems, []);
  assert.equal(manifest?.egress.rate?.per, 60);
  const recent = manifest.syncs[1];
  assert.ok(recent?.kind === 'recent');
  assert.equal(recent.every, 900);
  assert.equal(recent.catchUp?.weekday, 7);
  assert.deepEqual(manifestSchema.parse(structuredClone(manifest)), manifest);
});

test('every problem is told at once, with its place and what to do', () => {
  const wrong = structuredClone(shop) as Record<string, unknown> & typeof shop;
  wrong['iconColour'] = 'blue';
  wrong.egress.hosts = ['API.shop.example'];
  wrong.recordTypes[0] = { key: 'customer', title: 'Customer', attributes: [] };
  Object.assign(wrong.recordTypes[1]?.attributes[1] ?? {}, { references: 'custmer' });
  Object.assign(wrong.syncs[0] ?? {}, { every: '1 day', recordType: 'sales' });
  Object.assign(wrong.syncs[2] ?? {}, { key: 'recent' });
  Object.assign(wrong.auth[0] ?? {}, { headers: { Authorization: 'Bearer {token}' } });
  const { manifest, problems } = checkManifest(wrong);
  assert.equal(manifest, null);
  const told = problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
  for (const expected of [
    'iconColour: There is no “iconColour” here.',
    'egress.hosts.0: Must be a lower-case host name',
    'recordTypes.0.attributes: Too small',
    'recordTypes.1.attributes.1.references: There is no record type “custmer”',
    'syncs.0.every: Must be a duration such as 30s, 15m, 1h30m or 7d (it is "1 day").',
    'syncs.2.key: The key “recent” is used twice.',
    'auth.0.headers.Authorization: {token} names no field.',
  ]) {
    assert.ok(told.includes(expected), `expected ${expected} in\n${told}`);
  }
  assert.equal(problems.find(({ code }) => code === 'unknown_record_type')?.hint, 'Did you mean “customer”?');
});

test('meaning is checked: primary ids, arrays, one sync of a kind, base address', () => {
  const cases: [(manifest: typeof shop) => void, string][] = [
    [
      (m) =>
        Object.assign(m.recordTypes[1]?.attributes[1] ?? {}, { type: 'primary_id', references: undefined }),
      'primary_id',
    ],
    [
      (m) => Object.assign(m.recordTypes[1]?.attributes[2] ?? {}, { attributes: undefined }),
      'array_attributes',
    ],
    [(m) => Object.assign(m.recordTypes[1]?.attributes[1] ?? {}, { references: undefined }), 'references'],
    [
      (m) => Object.assign(m.syncs[1] ?? {}, { kind: 'complete', overlap: undefined, catchUp: undefined }),
      'unknown_key',
    ],
    [(m) => m.syncs.push({ key: 'two', kind: 'lookup', function: 'x', recordType: 'sale' }), 'sync_twice'],
    [(m) => Object.assign(m.egress, { baseUrl: 'https://other.example/' }), 'base_url'],
    [(m) => Object.assign(m.egress, { baseUrl: 'http://api.shop.example/' }), 'base_url'],
    [
      (m) =>
        Object.assign(m.auth[0] ?? {}, {
          kind: 'oauth2_client_credentials',
          tokenUrl: 'https://other.example/t',
        }),
      'token_url',
    ],
    [(m) => Object.assign(m.syncs[1]?.catchUp ?? {}, { timeZone: 'Mars/Base' }), 'time_zone'],
    [
      (m) => Object.assign(m, { actions: [{ key: 'a', title: 'A', function: 'all-sales' }] }),
      'function_kind',
    ],
  ];
  for (const [change, code] of cases) {
    const wrong = structuredClone(shop);
    change(wrong);
    const codes = checkManifest(wrong).problems.map((one) => one.code);
    assert.ok(codes.includes(code), `expected ${code}, got ${codes.join(', ')}`);
  }
});

test('a wrong choice is told with the right ones and the nearest; nothing at all is told as that', () => {
  const typed = {
    ...shop,
    recordTypes: [
      { key: 'customer', title: 'C', attributes: [{ key: 'id', type: 'primary_if', title: 'I' }] },
    ],
  };
  const [wrong] = checkManifest(typed).problems;
  assert.match(wrong?.message ?? '', /^Must be one of primary_id, foreign_key, .* \(it is "primary_if"\)\.$/);
  assert.equal(wrong?.hint, 'Did you mean “primary_id”?');
  const untyped = {
    ...typed,
    recordTypes: [{ key: 'customer', title: 'C', attributes: [{ key: 'id', title: 'I' }] }],
  };
  const [missing] = checkManifest(untyped).problems;
  assert.match(missing?.message ?? '', /^“type” is missing; it must be one of primary_id, /);
  assert.deepEqual(
    checkManifest(null).problems.map(({ message }) => message),
    ['The manifest is empty.'],
  );
});

test('anything at all can be checked without throwing', () => {
  fc.assert(
    fc.property(fc.anything(), (raw) => {
      assert.ok(checkManifest(raw).manifest === null);
    }),
  );
});

test('durations read back as they were written', () => {
  assert.equal(parseDuration('1h30m'), 5400);
  for (const wrong of ['', '15', '1 day', '30m1h', '-5m', '1.5h']) assert.equal(parseDuration(wrong), null);
  fc.assert(fc.property(fc.nat(10_000_000), (seconds) => parseDuration(formatDuration(seconds)) === seconds));
});

const matches = (pattern: string, url: string): boolean => matchesHost(pattern, new URL(url));

test('host patterns match a host or anything below it, on the port they name', () => {
  assert.ok(matches('api.example.com', 'https://api.example.com/x'));
  assert.ok(matches('api.example.com', 'https://API.example.com./x'));
  assert.ok(!matches('api.example.com', 'https://api.example.com:8443/x'));
  assert.ok(matches('api.example.com:8443', 'https://api.example.com:8443/x'));
  assert.ok(matches('*.example.com', 'https://a.b.example.com/'));
  assert.ok(!matches('*.example.com', 'https://example.com/'));
  assert.ok(!matches('*.example.com', 'https://evilexample.com/'));
});

test('headers are filled from fields, and a field cannot smuggle in a header', () => {
  const [auth] = checkManifest(shop).manifest?.auth ?? [];
  assert.ok(auth);
  const values = { apiKey: 'secret\r\nX-Evil: 1', region: 'eu' };
  assert.deepEqual(authHeaders(auth, values, null, btoa), { Authorization: 'Bearer secretX-Evil: 1' });
  assert.deepEqual(settingsOf(auth, values), { region: 'eu' });
});

test('a webhook names fields of the auth configs, and asks where a challenge can come', () => {
  const hook = { key: 'sold', title: 'Sold', function: 'sold' };
  const paths = (webhooks: readonly object[]) =>
    checkManifest({ ...shop, webhooks }).problems.map(({ path, code }) => [path.join('.'), code]);
  assert.deepEqual(paths([{ ...hook, secrets: ['apiKey'], challenge: { parameter: 'c' } }]), []);
  assert.deepEqual(paths([hook, hook]), [['webhooks.1.key', 'duplicate_key']]);
  assert.deepEqual(paths([{ ...hook, secrets: ['apikey'] }]), [['webhooks.0.secrets.0', 'unknown_field']]);
  assert.deepEqual(paths([{ ...hook, methods: ['GET'], challenge: { from: 'body', parameter: 'c' } }]), [
    ['webhooks.0.challenge.from', 'challenge'],
  ]);
  const parsed = manifestSchema.parse({ ...shop, webhooks: [{ ...hook, timeout: '1m' }] });
  assert.deepEqual(
    [parsed.webhooks[0]?.timeout, parsed.webhooks[0]?.methods, parsed.webhooks[0]?.secrets],
    [60, ['POST'], []],
  );
});
