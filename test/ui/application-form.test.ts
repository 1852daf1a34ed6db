/** The form of a new application in a browser. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertAccessible } from '../support/axe.ts';
import { visits } from '../support/visit.ts';
import { waitFor } from '../support/wait.ts';

describe('a new application', () => {
  const visit = visits();

  test('asks for what all need, and for the rest where somebody wants it', async () => {
    const { page, world, open } = visit;
    await open('/applications/new');
    await page.getByRole('textbox', { name: 'SCIM base URL' }).fill('https://scim.example.com/v2');
    await page.getByRole('textbox', { name: 'Custom application name' }).fill('Help desk');
    await page.getByRole('textbox', { name: 'Bearer token' }).fill('secret');
    const updates = page.getByRole('combobox', { name: 'Updates of users' });
    assert.equal(await updates.isVisible(), false);
    await page.getByText('Where the server does otherwise than usual').click();
    await updates.selectOption({ label: 'PUT' });
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Add and test' }).click();
    const settings = await waitFor('the application', async () => {
      const { rows } = await world.pool.query(
        `select settings from destinations where tenant_id = $1 and connector = 'scim'`,
        [world.tenantId],
      );
      return rows[0]?.settings;
    });
    assert.equal(settings.updates, 'put');
  });
});
