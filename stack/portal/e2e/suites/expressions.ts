import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { complaintsAbout } from '../inspect.ts';
import { until } from '../scene.ts';
import type { Scene } from '../scene.ts';

/** The editor of expressions, in the criteria of a decision over a city. */
export async function expressions(t: TestContext, scene: Scene): Promise<void> {
  const { page } = scene;
  const made = await overCities(scene);
  await page.goto(`/workflows/${made.id}`);
  await page.locator('[data-step="d"]').click();
  const panel = page.getByRole('complementary', { name: /^Decision/ });
  const criteria = panel.getByLabel(/^Criteria/);

  await t.test('it is written with completion, and shows what it gives for a real record', async () => {
    await criteria.click();
    await page.keyboard.type('inputs.city.popul');
    await page.getByRole('option', { name: /^Population/ }).waitFor();
    assert.deepEqual(await complaintsAbout(page, 'completion'), []);
    await criteria.press('Enter');
    await page.keyboard.type(' >= 0');
    await panel.getByText(/^= true with /).waitFor();
    assert.equal(await criteria.inputValue(), 'inputs.city.population >= 0');
  });

  await t.test('what is wrong is told with what may be meant, and one key puts it right', async () => {
    await criteria.fill('inputs.city.nme == "Ghent"');
    await panel.getByText(/no field “nme”/).waitFor();
    await criteria.press('Alt+Enter');
    await panel.getByText(/^= (?:true|false) with /).waitFor();
    assert.equal(await criteria.inputValue(), 'inputs.city.name == "Ghent"');
  });

  await t.test('a name tells its type when the pointer rests on it', async () => {
    const box = await criteria.boundingBox();
    if (box === null) throw new Error('the field is not to be seen');
    // Over “name”, after “inputs.city.”, 12 characters of some 7.5 pixels each.
    await page.mouse.move(box.x + 10 + 13.5 * 7.5, box.y + 14);
    await page.locator('.hover-card').getByText('text', { exact: true }).waitFor();
    await page.mouse.move(0, 0);
  });

  await t.test('it is put together by choosing fields by their titles, with keys', async () => {
    await criteria.fill('');
    await panel.getByRole('button', { name: 'Choose a field or function for Criteria' }).click();
    const picker = page.getByRole('dialog', { name: 'Choose for Criteria' });
    await picker.getByRole('treeitem', { name: /^Population/ }).waitFor();
    assert.deepEqual(await complaintsAbout(page, 'picker'), []);
    await page.keyboard.type('country landlocked');
    await picker
      .getByRole('treeitem', { name: /Landlocked/ })
      .first()
      .waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await picker.waitFor({ state: 'detached' });
    await until(
      'the chosen field',
      async () => (await criteria.inputValue()) === 'related(inputs.city, "countryId").landlocked',
    );
    await panel.getByText(/^= (?:true|false) with /).waitFor();
    await criteria.press('Control+a');
    await panel.getByRole('button', { name: 'Choose a field or function for Criteria' }).click();
    await picker.getByRole('button', { name: 'Functions' }).click();
    await picker.getByRole('searchbox').fill('missing');
    await picker.getByRole('button', { name: /^default\(/ }).click();
    // The dialog gives the focus back first, then the source is written.
    const written = async (source: string) =>
      until(source, async () => (await criteria.inputValue()) === source);
    await written('default(related(inputs.city, "countryId").landlocked)');
    await criteria.press('Control+z');
    await written('related(inputs.city, "countryId").landlocked');
  });
}

async function overCities({ stack, accountKey, connectionId }: Scene) {
  return stack.client.createWorkflow({
    params: { accountId: accountKey },
    body: {
      name: 'Expressions',
      bindings: { atlas: connectionId },
      draft: {
        connections: [{ key: 'atlas', title: 'Atlas', app: 'atlas' }],
        inputs: [
          { key: 'city', title: 'City', type: { kind: 'record', connection: 'atlas', recordType: 'city' } },
        ],
        steps: [
          {
            kind: 'decision',
            key: 'd',
            title: 'Is it large?',
            criteria: '',
            whenTrue: [],
            whenFalse: [],
            notes: '',
            onError: null,
          },
        ],
      },
    },
  });
}
