import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { withConnection } from '@middle/api/testing/sample.ts';
import { testServer } from '@middle/api/testing/server.ts';
import { Command } from 'commander';
import { register } from './commands/modules.ts';
import type { Context } from './context.ts';

const MODULE = {
  format: 'middle.module/1',
  key: 'care',
  title: 'Care',
  connections: [{ key: 'shop', title: 'Shop', app: 'shop' }],
  variables: [{ key: 'tone', title: 'Tone' }],
  workflows: [
    {
      key: 'greet',
      name: 'Greet',
      definition: {
        connections: [{ key: 'shop', title: 'Shop', app: 'shop' }],
        variables: [{ key: 'tone', title: 'Tone', type: { kind: 'text' }, initial: '""' }],
        steps: [{ kind: 'stop', key: 'end', title: 'End' }],
      },
    },
    {
      key: 'report',
      name: 'Report',
      definition: { steps: [{ kind: 'stop', key: 'end', title: 'End' }] },
    },
  ],
  features: [
    { key: 'greeting', title: 'Greeting', workflows: ['greet'] },
    { key: 'reporting', title: 'Reporting', workflows: ['report'] },
  ],
};

test('modules are pushed, pulled, chosen and left from the command line', async () => {
  await using server = await testServer();
  const folder = await mkdtemp(path.join(tmpdir(), 'middle-modules-'));
  const { client } = server;
  await withConnection(server);
  const say = async (...args: readonly string[]): Promise<string> => {
    const said: string[] = [];
    const refuse = (): never => assert.fail('only the API is asked');
    const context: Context = {
      json: false,
      dataFolder: '',
      api: () => Promise.resolve(client),
      address: refuse,
      control: refuse,
      print: (_value, human) => void said.push(human()),
      note: () => {},
    };
    const program = new Command('middle').exitOverride().configureOutput({ writeErr: () => {} });
    register(program, context);
    await program.parseAsync(['modules', ...args], { from: 'user' });
    assert.equal(said.length, 1);
    return said[0] ?? assert.fail();
  };
  try {
    assert.equal(await say('list'), 'No modules.');
    const file = path.join(folder, 'care.json');
    await writeFile(file, JSON.stringify(MODULE));
    assert.equal(await say('push', file, '--notes', 'First'), 'Published version 1 of care.');
    const pulled: unknown = JSON.parse(await say('pull', 'care'));
    await writeFile(file, JSON.stringify(pulled));
    assert.match(await say('push', file), /Version 1 of care is the same already/);
    await writeFile(file, JSON.stringify({ ...MODULE, features: [] }));
    await assert.rejects(say('push', file), /is no module: features: must have at least one feature/);

    assert.match(await say('list', 'demo'), /care .*not chosen/);
    await assert.rejects(say('opt-in', 'demo', 'care'), /No feature is chosen/);
    await assert.rejects(say('opt-in', 'demo', 'care', '--feature', 'greeting'), /variables\.tone/);
    const chosen = await say('opt-in', 'demo', 'care', '--feature', 'greeting', '--set', 'tone=kind');
    assert.match(chosen, /✓ greeting[^]*· reporting[^]*shop Main[^]*tone "kind"[^]*up to date/);
    await assert.rejects(
      say('opt-in', 'demo', 'care', '--connection', 'shop=Other'),
      /no connection Other for the slot shop/,
    );
    const both = await say('opt-in', 'demo', 'care', '--feature', 'reporting', '--connection', 'shop=Main');
    assert.match(both, /✓ greeting[^]*✓ reporting[^]*tone "kind"[^]*Greet[^]*Report/);
    assert.match(await say('accounts', 'care'), /demo +up to date +1 .*greeting, reporting/);
    assert.match(await say('list'), /care +Care +1 .* 1/);
    assert.match(await say('versions', 'care'), /1 .*newest +First/);
    assert.equal(await say('retry', 'care'), 'Every account has the newest version.');
    assert.match(await say('opt-out', 'demo', 'care', '--feature', 'greeting'), /· greeting[^]*✓ reporting/);
    await assert.rejects(say('delete', 'care'), /is used by “Account demo”/);
    assert.equal(await say('opt-out', 'demo', 'care', '--keep', '--cancel'), 'Opted out of care.');
    assert.match(await say('show', 'demo', 'care'), /did not opt in/);
    assert.equal((await client.listWorkflows({ params: { accountId: 'demo' } })).items.length, 1);
    assert.equal(await say('delete', 'care'), 'Deleted care.');
  } finally {
    await rm(folder, { recursive: true });
  }
});
