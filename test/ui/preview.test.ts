/** The card *Preview* of an application in a browser. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertAccessible } from '../support/axe.ts';
import { push } from '../support/roll.ts';
import { addServer, scimServer } from '../support/scim-server.ts';
import { visits } from '../support/visit.ts';
import { userNamed } from '../support/world.ts';

describe('the preview of an application', () => {
  const visit = visits();

  test('says until when the server asks to wait, and goes on', async () => {
    const { page, world, open, api, said } = visit;
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const destinationId = await addServer(world, { baseUrl, token });
    assert.equal((await api('POST', `/destinations/${destinationId}/pause`, {})).status, 200);
    await push(world, userNamed('Ada'));
    server.misbehave(({ url }) => url.includes('filter'), {
      status: 429,
      headers: { 'retry-after': '3' },
    });
    await open(`/applications/${destinationId}`);
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    const waiting = page.getByRole('status').filter({ hasText: 'The server asks to wait until' });
    await waiting.waitFor();
    await assertAccessible(page);
    await said('The preview is complete');
    assert.equal(await waiting.count(), 0);
    await page.getByRole('cell', { name: 'ada.lovelace@example.com' }).waitFor();
  });
});
