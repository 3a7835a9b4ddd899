// The list of changes in an edit: complete however a change was made, and compared with what is stored now.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { address, ready, choice, choose, limitsIn, make, prompt, toggle, visitTokens } from '../steps/tokens.ts';

const editor = (page: Page) => prompt(page, 'Edit token');
const changes = (page: Page) => editor(page).getByRole('group', { name: 'Changes' });
const warning = (page: Page) => changes(page).getByRole('status');

async function openEdit(page: Page): Promise<void> {
  await visitTokens(page);
  await choose(page, 'Sync', 'Edit');
  await expect(editor(page).getByLabel('Name')).toHaveValue('Sync');
}

test('a preset counts like what is chosen one by one', async ({ page }) => {
  await make(page, { name: 'Sync', permissions: ['projects:read', 'projects:write'] });
  await openEdit(page);
  await editor(page).getByRole('button', { name: 'Read only' }).click();
  await expect(changes(page)).toContainText('Gains billing:read, members:read, webhooks:read');
  await expect(changes(page)).toContainText('Loses projects:write');
  await expect(warning(page)).toContainText('it gains billing:read, members:read, webhooks:read.');
  await editor(page).getByRole('button', { name: 'Nothing' }).click();
  await expect(changes(page)).toContainText('Loses projects:read, projects:write');
  await expect(warning(page).getByText('This makes the token more powerful')).toBeHidden();
});

test('what is taken back changes nothing', async ({ page }) => {
  await make(page, { name: 'Sync', limits: { allowed_addresses: '10.0.0.0/8', rate_requests: '100', rate_seconds: '60' } });
  await openEdit(page);
  const { addresses, verifications } = limitsIn(editor(page));
  await addresses.fill('10.0.0.0/7');
  await expect(warning(page)).toContainText('can be used from more addresses');
  await addresses.fill('10.9.9.9/8');
  await verifications.fill('101');
  await expect(warning(page)).toContainText('can be used more often');
  await expect(warning(page)).not.toContainText('addresses');
  await verifications.fill('100');
  await expect(changes(page)).toHaveText('No changes.');
});

test('after a conflict the changes are those to what is stored by now', async ({ page, context, complaints }) => {
  complaints.expectStatus(409);
  await make(page, { name: 'Sync' });
  await openEdit(page);
  const other = await context.newPage();
  await openEdit(other);
  await choice(editor(other), 'Billing', 'Write').check();
  await toggle(editor(other), 'Limits');
  await limitsIn(editor(other)).addresses.fill('10.0.0.0/8');
  await editor(other).getByRole('button', { name: 'Save' }).click();
  await expect(editor(other)).toBeHidden();

  await editor(page).getByLabel('Description').fill('Mine');
  await expect(changes(page)).toHaveText('Description: none → “Mine”');
  await editor(page).getByRole('button', { name: 'Save' }).click();
  await expect(editor(page).getByRole('alert')).toContainText('This token was changed while you were editing');
  await expect(changes(page)).toContainText('Description: none → “Mine”');
  await expect(changes(page)).toContainText('Loses billing:write');
  await expect(warning(page), 'what saving now would lift').toContainText('can be used from more addresses');
});

test('what was typed before the scripts arrived counts', async ({ page }) => {
  await make(page, { name: 'Sync' });
  await visitTokens(page);
  const edit = await address(page, 'Sync', 'Edit');
  let arrive = (): void => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/pkg/tokenry.wasm', async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(edit, { waitUntil: 'commit' });
  await editor(page).getByLabel('Name').fill('Export');
  await choice(editor(page), 'Billing', 'Write').check();
  arrive();
  await ready(page);
  await expect(editor(page).getByLabel('Name')).toHaveValue('Export');
  await expect(changes(page)).toContainText('Name: “Sync” → “Export”');
  await expect(warning(page)).toContainText('gains billing:write');
  await expect(editor(page).getByText('This token will be able to')).toContainText('write billing');
});
