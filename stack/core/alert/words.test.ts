import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { ALERT_KIND_NAMES, thresholdProblem, thresholdsOf, withDefaults } from './kinds.ts';
import { alertPath } from './place.ts';
import { signatureOf } from './signature.ts';
import { htmlOf, payloadOf, plain, subjectOf, textOf, withoutSecrets } from './words.ts';
import type { AlertNews, Telling, ToldAlert } from './words.ts';

const alert: ToldAlert = {
  id: '0199d0a0-0000-7000-8000-000000000001',
  kind: 'workflow_failing',
  name: 'Orders to the till',
  message: '3 executions failed; the last error: no such shop',
  account: { key: 'demo', name: 'Demo' },
  raisedAt: new Date('2026-05-01T10:00:00Z'),
  clearedAt: null,
  occurrences: 3,
  path: '/executions/1',
};
const news = (tellings: readonly Telling[], heldSince: Date | null = null): AlertNews => ({
  messageId: 'm1',
  at: new Date('2026-05-01T10:01:00Z'),
  portal: 'http://127.0.0.1:4400',
  tellings,
  heldSince,
});

describe('what a message says', () => {
  test('what, where, since when, how often, what to do next', () => {
    const one = news([{ event: 'opened', alert }]);
    assert.equal(subjectOf(one), 'Demo: Workflow “Orders to the till” fails');
    const text = textOf(one);
    for (const part of [
      'Account: Demo',
      'What: 3 executions failed; the last error: no such shop',
      'Since: 2026-05-01 10:00 UTC, 3 times',
      'Next: Open the last failed execution',
      'Where: http://127.0.0.1:4400/executions/1',
    ]) {
      assert.ok(text.includes(part), part);
    }
    const over = news([
      { event: 'resolved', alert: { ...alert, clearedAt: new Date('2026-05-01T11:00:00Z') } },
    ]);
    assert.equal(subjectOf(over), 'Resolved: Demo: Workflow “Orders to the till” fails');
    assert.ok(textOf(over).includes('Since: 2026-05-01 10:00 UTC to 2026-05-01 11:00 UTC'));
    assert.ok(!textOf(over).includes('Next:'));
  });

  test('many are one digest that says how many are left out and held back', () => {
    const many = news(
      Array.from({ length: 60 }, (_, index) => ({
        event: index % 2 === 0 ? ('opened' as const) : ('resolved' as const),
        alert,
      })),
      new Date('2026-05-01T09:30:00Z'),
    );
    assert.equal(subjectOf(many), '60 alerts: 30 open, 30 resolved');
    assert.ok(textOf(many).includes('And 10 more'));
    assert.ok(textOf(many).includes('since 2026-05-01 09:30 UTC messages were held back'));
    const payload = payloadOf(many);
    assert.deepEqual([payload.alerts.length, payload.more], [50, 10]);
    assert.equal(payload.heldBackSince, '2026-05-01T09:30:00.000Z');
  });

  test('nothing that others wrote becomes a tag, a header or a line', () => {
    const hostile = '<img src=x onerror=alert(1)>\r\nBcc: all@example.com\n\n\u202Egnp.exe "\'&';
    const one = news([
      {
        event: 'opened',
        alert: { ...alert, name: hostile, message: hostile, account: { key: 'a', name: hostile } },
      },
    ]);
    assert.ok(!/[\r\n]/.test(subjectOf(one)));
    assert.ok(!htmlOf(one).includes('<img'));
    assert.ok(!htmlOf(one).includes("'&"));
    assert.ok(!/^\s*Bcc:/m.test(textOf(one)));
    assert.ok(!textOf(one).includes('\u202E'));
  });

  test('only our own address is a link', () => {
    const one = news([
      {
        event: 'opened',
        alert: { ...alert, message: 'see http://evil.example/x', path: '/executions/"><b>' },
      },
    ]);
    const links = [...htmlOf(one).matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href);
    assert.deepEqual(links, [
      'http://127.0.0.1:4400/executions/&quot;&gt;&lt;b&gt;',
      'http://127.0.0.1:4400/alerts',
    ]);
  });

  test('whatever the texts, tags in a page are ours alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (name, message) => {
        const html = htmlOf(news([{ event: 'opened', alert: { ...alert, name, message } }]));
        assert.match(html.replaceAll(/<\/?(?:html|body|p|strong|br|a|!doctype)\b[^<>]*>/g, ''), /^[^<>]*$/);
        assert.ok(plain(name, 50).length <= 50);
      }),
    );
  });
});

describe('secrets', () => {
  test('what looks like one is left out', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['GET https://shop.example/sales?api_key=abc123&x=1 failed', 'abc123'],
      ['https://user:hunter2@shop.example/', 'hunter2'],
      ['Authorization: Bearer abcdefghijklmnop', 'abcdefghijklmnop'],
      ['wrong password="tom & jerry"', 'jerry'],
      ['{"access_token":"s3cr3t-value"}', 's3cr3t-value'],
      ['key sk_live_51H8abcdefghijklmnopqrstuvwxyz0123 was refused', 'sk_live_51H8abcdef'],
    ];
    for (const [text, secret] of cases) assert.ok(!withoutSecrets(text).includes(secret), text);
  });

  test('what people need to see stays', () => {
    const text = 'record 0199d0a0-0000-7000-8000-000000000001 of https://shop.example/sales has no price';
    assert.equal(withoutSecrets(text), text);
  });
});

test('the signature is over the time and the body', () => {
  const signature = signatureOf('secret', '{}', new Date('2026-05-01T10:00:00.900Z'));
  const mac = createHmac('sha256', 'secret').update('1777629600.{}').digest('hex');
  assert.equal(signature, `t=1777629600,v1=${mac}`);
});

describe('kinds', () => {
  test('defaults are within their bounds; what is out of them is not taken', () => {
    for (const kind of ALERT_KIND_NAMES) {
      assert.equal(thresholdProblem(kind, withDefaults(kind, {})), null);
      for (const [key, { least, most, default: usual }] of Object.entries(thresholdsOf(kind))) {
        assert.deepEqual(withDefaults(kind, { [key]: most + 1 })[key], usual);
        assert.equal(thresholdProblem(kind, { [key]: least - 1 })?.key, key);
        assert.equal(thresholdProblem(kind, { [key]: least }), null);
      }
      assert.equal(thresholdProblem(kind, { constructor: 1 })?.key, 'constructor');
    }
  });

  test('each has a page of the portal, whatever its facts', () => {
    for (const kind of ALERT_KIND_NAMES)
      assert.match(alertPath(kind, { connectionId: '../../x' }), /^\/(?!.*\.\.\/)/);
  });
});
