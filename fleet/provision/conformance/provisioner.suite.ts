import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FleetError } from '../../core/errors.ts';
import type { Operation, Work } from '../../core/operation.ts';
import { TRANSITIONS } from '../../core/stack.ts';
import type { ObservedStack } from '../../core/stack.ts';
import type { Provisioner } from '../port/provisioner.ts';

/** What the suite needs of a provisioner under test. */
export interface ProvisionerWorld {
  readonly provisioner: Provisioner;
  /** Two releases that it can run; the second can be reached from the first and has contract migrations. */
  readonly releases: readonly [string, string];
  /** The next operation of this kind at the stack fails; trying again helps. */
  readonly failNext: (stack: string, kind: Work['kind']) => void;
  /** Waits until no operation is under way. */
  readonly rest: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The promises of GUARANTEES.md, for any provisioner. */
export function testProvisioner(name: string, setup: () => Promise<ProvisionerWorld>): void {
  const inWorld = async (body: (world: ProvisionerWorld, steps: Steps) => Promise<void>): Promise<void> => {
    const world = await setup();
    try {
      await body(world, new Steps(world));
    } finally {
      await world.close();
    }
  };
  const illegal = (error: unknown): boolean =>
    error instanceof FleetError && error.code === 'operation_illegal';

  describe(`provisioner: ${name}`, () => {
    test('what does not exist is not observed; what was created runs; what was deleted is gone', () =>
      inWorld(async ({ provisioner, releases }, steps) => {
        assert.deepEqual(await provisioner.observe(), []);
        const created = await steps.create('a');
        assert.deepEqual([created?.state, created?.release], ['running', releases[0]]);
        assert.equal(await steps.run('a', { kind: 'delete' }), undefined);
        assert.deepEqual(await provisioner.observe(), []);
      }));

    test('an operation is seen from the moment on in which it has begun', () =>
      inWorld(async ({ provisioner, releases, rest }, steps) => {
        const operation = steps.operation('a', { kind: 'create', release: releases[0], settings: {} });
        await provisioner.begin(operation, 1);
        const seen = await steps.see('a');
        assert.ok(seen?.operation === operation.id || seen?.ended?.id === operation.id);
        await rest();
        assert.deepEqual((await steps.see('a'))?.ended?.succeeded, true);
      }));

    test('an id is done once', () =>
      inWorld(async ({ provisioner, releases, rest }, steps) => {
        await steps.create('a');
        const update = steps.operation('a', steps.update(releases[1]));
        await Promise.all([provisioner.begin(update, 1), provisioner.begin(update, 1)]);
        await rest();
        await steps.run('a', { kind: 'finalize' });
        const before = await steps.see('a');
        await provisioner.begin(update, 1);
        await rest();
        assert.deepEqual(await steps.see('a'), before);
      }));

    test('blue is kept until finalize, and roll_back returns to it from wherever the update is', () =>
      inWorld(async ({ releases }, steps) => {
        await steps.create('a');
        assert.equal((await steps.run('a', steps.update(releases[1])))?.state, 'baking');
        assert.equal((await steps.see('a'))?.release, releases[1]);
        const back = await steps.run('a', { kind: 'roll_back', release: releases[0] });
        assert.deepEqual([back?.state, back?.release], ['running', releases[0]]);
        await steps.run('a', steps.update(releases[1]));
        const kept = await steps.run('a', { kind: 'finalize' });
        assert.deepEqual([kept?.state, kept?.release], ['running', releases[1]]);
        const later = await steps.run('a', { kind: 'roll_back', release: releases[0] });
        assert.deepEqual([later?.state, later?.release], ['running', releases[0]]);
      }));

    test('roll_back takes over from an update, which never ends by itself later', () =>
      inWorld(async ({ provisioner, releases, rest }, steps) => {
        await steps.create('a');
        const update = steps.operation('a', steps.update(releases[1]));
        await provisioner.begin(update, 1);
        const back = await steps.run('a', { kind: 'roll_back', release: releases[0] });
        assert.deepEqual([back?.state, back?.release], ['running', releases[0]]);
        assert.notEqual(back?.ended?.id, update.id);
        await rest();
        assert.equal((await steps.see('a'))?.release, releases[0]);
      }));

    test('what fails leads where the state table says, and can be done again', () =>
      inWorld(async ({ releases, failNext }, steps) => {
        failNext('a', 'create');
        assert.equal((await steps.create('a'))?.state, TRANSITIONS.create.failed);
        assert.equal((await steps.create('a'))?.state, 'running');
        failNext('a', 'update');
        const failed = await steps.run('a', steps.update(releases[1]));
        assert.deepEqual(
          [failed?.state, failed?.release, failed?.ended?.succeeded],
          ['running', releases[0], false],
        );
        await steps.run('a', steps.update(releases[1]));
        failNext('a', 'finalize');
        assert.equal((await steps.run('a', { kind: 'finalize' }))?.state, 'baking');
        failNext('a', 'roll_back');
        assert.equal((await steps.run('a', { kind: 'roll_back', release: releases[0] }))?.state, 'failed');
        assert.equal((await steps.run('a', { kind: 'roll_back', release: releases[0] }))?.state, 'running');
        failNext('a', 'delete');
        assert.equal((await steps.run('a', { kind: 'delete' }))?.state, 'incomplete');
        assert.equal(await steps.run('a', { kind: 'delete' }), undefined);
      }));

    test('contract migrations shut the way back', () =>
      inWorld(async ({ provisioner, releases }, steps) => {
        await steps.create('a');
        await steps.run('a', steps.update(releases[1]));
        await steps.run('a', { kind: 'finalize' });
        assert.equal((await steps.run('a', { kind: 'contract', release: releases[1] }))?.oldest, releases[1]);
        const back = steps.operation('a', { kind: 'roll_back', release: releases[0] });
        await assert.rejects(provisioner.begin(back, 1), illegal);
      }));

    test('what the state does not allow is refused, and changes nothing', () =>
      inWorld(async ({ provisioner, releases }, steps) => {
        await assert.rejects(provisioner.begin(steps.operation('a', { kind: 'finalize' }), 1), illegal);
        await steps.create('a');
        await steps.create('b');
        const before = await provisioner.observe();
        const works: readonly Work[] = [
          { kind: 'finalize' },
          { kind: 'create', release: releases[0], settings: {} },
        ];
        for (const work of works)
          await assert.rejects(provisioner.begin(steps.operation('a', work), 1), illegal);
        assert.deepEqual(await provisioner.observe(), before);
      }));

    test('the control plane of an earlier term is refused', () =>
      inWorld(async ({ provisioner, releases }, steps) => {
        await steps.create('a');
        await provisioner.begin(steps.operation('a', steps.update(releases[1])), 2);
        await assert.rejects(
          provisioner.begin(steps.operation('a', { kind: 'delete' }), 1),
          (error) => error instanceof FleetError && error.code === 'fenced',
        );
      }));
  });
}

/** Operations in a row, each with an id of its own. */
class Steps {
  readonly #world: ProvisionerWorld;
  #count = 0;

  constructor(world: ProvisionerWorld) {
    this.#world = world;
  }

  operation(stack: string, work: Work): Operation {
    this.#count += 1;
    return { id: `step-${String(this.#count)}`, stack, work };
  }

  update(release: string): Work {
    return { kind: 'update', release, checks: { rehearse: false, replay: 0 } };
  }

  async run(stack: string, work: Work): Promise<ObservedStack | undefined> {
    await this.#world.provisioner.begin(this.operation(stack, work), 1);
    await this.#world.rest();
    return this.see(stack);
  }

  create(stack: string): Promise<ObservedStack | undefined> {
    return this.run(stack, { kind: 'create', release: this.#world.releases[0], settings: {} });
  }

  async see(stack: string): Promise<ObservedStack | undefined> {
    const all = await this.#world.provisioner.observe();
    return all.find(({ name }) => name === stack);
  }
}
