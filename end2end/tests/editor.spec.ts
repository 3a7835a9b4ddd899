// The prompts while they are filled in: the meaning of an expiry, the changes of an edit, and the values of a copy.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { ready, choice, choose, createButton, fill, limitsIn, make, prompt, row, soon, toast, visitTokens } from '../steps/tokens.ts';

const creator = (page: Page) => prompt(page, 'Create token');
const editor = (page: Page) => prompt(page, 'Edit token');
const changes = (page: Page) => editor(page).getByRole('group', { name: 'Changes' });
const send = (page: Page) => creator(page).getByRole('button', { name: 'Create', exact: true }).click();

async function openNew(page: Page): Promise<void> {
  await visitTokens(page);
  await createButton(page).click();
  await expect(creator(page).getByLabel('Name')).toBeFocused();
}

async function openEdit(page: Page, name: string): Promise<void> {
  await visitTokens(page);
  await choose(page, name, 'Edit');
  await expect(editor(page).getByLabel('Name')).toHaveValue(name);
}

test('an end is chosen with a click, and written out', async ({ page }) => {
  await openNew(page);
  await expect(creator(page).getByText('No expiry.', { exact: true })).toBeVisible();
  for (const days of [7, 30, 60, 90]) {
    await creator(page).getByRole('button', { name: `${days} days` }).click();
    await expect(limitsIn(creator(page)).expires).toHaveValue(soon(days));
    await expect(creator(page).getByText(/^It works until the end of \d+ \w+ \d{4}, UTC\.$/)).toBeVisible();
  }
  await limitsIn(creator(page)).expires.fill('2020-01-01');
  await expect(creator(page).getByText('This date has passed.')).toBeVisible();
  await creator(page).getByRole('button', { name: 'Never' }).click();
  await expect(limitsIn(creator(page)).expires).toHaveValue('');
  await creator(page).getByRole('button', { name: '30 days' }).click();
  await fill(creator(page), { name: 'Sync', permissions: ['Projects Read'] });
  await send(page);
  await expect(prompt(page, '“Sync” is ready')).toBeVisible();
});

test.describe('elsewhere on earth', () => {
  test.use({ timezoneId: 'Asia/Kathmandu', locale: 'en-GB' });

  test('the end is also written as the clock on the wall will show it', async ({ page }) => {
    await openNew(page);
    await limitsIn(creator(page)).expires.fill('2099-12-24');
    await expect(creator(page).getByText('It works until the end of 24 Dec 2099, UTC. Your local time: 25 Dec 2099, 05:45.')).toBeVisible();
    await creator(page).getByRole('button', { name: '7 days' }).click();
    await expect(limitsIn(creator(page)).expires).toHaveValue(soon(7));
  });
});

test('an edit says what it changes, and warns where the token gains power', async ({ page }) => {
  await make(page, { name: 'Sync', permissions: ['projects:read', 'billing:read'], limits: { expires_at: '2099-01-01', allowed_addresses: '10.0.0.0/8' } });
  await openEdit(page, 'Sync');
  await expect(changes(page)).toHaveText('No changes.');
  await editor(page).getByLabel('Name').fill('Export');
  await choice(editor(page), 'Billing', 'Read').uncheck();
  await expect(changes(page)).toContainText('Name: “Sync” → “Export”');
  await expect(changes(page)).toContainText('Loses billing:read');
  await expect(changes(page)).not.toContainText('more powerful');
  await choice(editor(page), 'Billing', 'Write').check();
  await editor(page).getByRole('button', { name: 'Never' }).click();
  await limitsIn(editor(page)).addresses.fill('');
  await expect(changes(page)).toContainText('Expires: the end of 1 Jan 2099, UTC → never');
  await expect(changes(page)).toContainText('Allowed addresses: 10.0.0.0/8 → all');
  await expect(changes(page)).toContainText('This makes the token more powerful: it gains billing:write, lasts longer, can be used from more addresses.');
  await editor(page).getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Export')).toContainText('billing:write');
});

test('a token is duplicated with all of its details, and nothing of its secret', async ({ page }) => {
  await make(page, { name: 'Sync', description: 'Every night', permissions: ['projects:read', 'billing:write'], limits: { expires_at: '2099-01-01', allowed_addresses: '10.0.0.0/8', rate_requests: '9', rate_seconds: '60' } });
  await page.goto('/settings/tokens?q=sync');
  await ready(page);
  await choose(page, 'Sync', 'Duplicate');
  await expect(creator(page).getByLabel('Name')).toHaveValue('Copy of Sync');
  await expect(creator(page).getByLabel('Description')).toHaveValue('Every night');
  await expect(choice(creator(page), 'Billing', 'Write')).toBeChecked();
  await expect(limitsIn(creator(page)).expires).toHaveValue('2099-01-01');
  await expect(limitsIn(creator(page)).addresses).toHaveValue('10.0.0.0/8');
  await page.reload();
  await ready(page);
  await expect(creator(page).getByLabel('Name')).toHaveValue('Copy of Sync');
  await send(page);
  const reveal = prompt(page, '“Copy of Sync” is ready');
  await expect(reveal).toBeVisible();
  await reveal.getByRole('button', { name: 'Done' }).click();
  await reveal.getByRole('button', { name: 'Close without copying' }).click();
  await expect(page).toHaveURL('/settings/tokens?q=sync');
  await expect(row(page, 'Copy of Sync')).toContainText('billing:write');
});

test('a copy of nothing says so', async ({ page, complaints }) => {
  complaints.expectStatus(404);
  expect((await page.goto('/settings/tokens/new?from=01234567-89ab-7def-8123-456789abcdef'))?.status()).toBe(404);
  await ready(page);
  await expect(creator(page)).toContainText('Token not found. It may have been deleted.');
  await creator(page).getByRole('link', { name: 'Close' }).click();
  await expect(page).toHaveURL('/settings/tokens');
});

test('of many permissions, some are found by what they are called', async ({ page }) => {
  for (const name of ['builds', 'deploys', 'metrics', 'mirrors', 'releases', 'reports']) {
    await page.goto('/settings/permissions/new');
    await ready(page);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Label').fill(name);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(toast(page, `Added “${name}”.`)).toBeVisible();
  }
  await openNew(page);
  await choice(creator(page), 'Projects', 'Read').check();
  const find = creator(page).getByLabel('Find a permission');
  await find.fill('DEPLOY');
  await expect(choice(creator(page), 'deploys', 'Write')).toBeVisible();
  await expect(choice(creator(page), 'Projects', 'Read')).toBeHidden();
  await choice(creator(page), 'deploys', 'Write').check();
  await find.fill('nothing like it');
  await expect(creator(page).getByText('No matching permissions.')).toBeVisible();
  await find.fill('');
  await expect(choice(creator(page), 'Projects', 'Read'), 'what is hidden stays chosen').toBeChecked();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a copy is a page with its form filled in', async ({ page }) => {
    await make(page, { name: 'Sync', permissions: ['billing:write'] });
    await page.goto('/settings/tokens');
    const href = await row(page, 'Sync').getByRole('menuitem', { name: 'Duplicate', includeHidden: true }).getAttribute('href');
    await page.goto(href ?? '');
    await expect(creator(page).getByLabel('Name')).toHaveValue('Copy of Sync');
    await expect(creator(page).getByRole('button', { name: '30 days' })).toBeHidden();
    await send(page);
    await expect(prompt(page, '“Copy of Sync” is ready')).toBeVisible();
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('an edit that gives more power can be used by everybody', async ({ page, usable }) => {
      await make(page, { name: 'Sync', limits: { expires_at: soon(9) } });
      await openEdit(page, 'Sync');
      await choice(editor(page), 'Billing', 'Write').check();
      await editor(page).getByRole('button', { name: 'Never' }).click();
      await expect(changes(page)).toContainText('more powerful');
      await usable(page);
    });
  });
}
