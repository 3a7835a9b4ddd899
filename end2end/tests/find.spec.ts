// Finding tokens among many: searching, filtering and sorting, all of it in the URL; and selecting rows.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { address, ready, choose, heading, make, prompt, row, soon, verdict, visitTokens } from '../steps/tokens.ts';

const search = (page: Page) => page.getByRole('searchbox', { name: 'Search' });
const filter = (page: Page, name: string) => page.getByRole('search').getByLabel(name, { exact: true });
const names = (page: Page) => page.getByRole('rowheader').getByRole('link');
const bar = (page: Page) => page.getByRole('group', { name: 'Selected tokens' });

async function makeThree(page: Page): Promise<void> {
  await make(page, { name: 'Deploy bot', description: 'Ships every merge' });
  await make(page, { name: 'Billing sync', permissions: ['billing:read', 'billing:write'], limits: { expires_at: soon(3) } });
  await make(page, { name: 'Nightly backup', description: 'Ships to cold storage' });
}

test('tokens are found while somebody types, and typing is not disturbed', async ({ page }) => {
  await makeThree(page);
  await visitTokens(page);
  await search(page).pressSequentially('ships ');
  await expect(names(page)).toHaveText(['Nightly backup', 'Deploy bot']);
  await expect(page).toHaveURL('/settings/tokens?q=ships');
  await expect(page.getByText('2 of 3 match.')).toBeVisible();
  await expect(search(page)).toBeFocused();
  await expect(search(page)).toHaveValue('ships ');
  await search(page).pressSequentially('every');
  await expect(names(page)).toHaveText(['Deploy bot']);
  await page.reload();
  await ready(page);
  await expect(search(page)).toHaveValue('ships every');
  await expect(names(page)).toHaveText(['Deploy bot']);
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(names(page)).toHaveCount(3);
  await expect(search(page)).toHaveValue('');
});

test('the last letters count also where somebody pauses between them', async ({ page }) => {
  await makeThree(page);
  await visitTokens(page);
  // A little longer than the pause before a search, so that the response to one letter arrives with the next.
  await search(page).pressSequentially('backup', { delay: 215 });
  await expect(page).toHaveURL('/settings/tokens?q=backup');
  await expect(names(page)).toHaveText(['Nightly backup']);
  await expect(search(page)).toHaveValue('backup');
});

test('the last four characters and the id find a token, and nothing is said so', async ({ page }) => {
  const secret = await make(page, { name: 'Deploy bot' });
  await make(page, { name: 'Billing sync' });
  await visitTokens(page);
  await search(page).fill(secret.slice(-4));
  await expect(names(page)).toHaveText(['Deploy bot']);
  await search(page).fill('nothing like it');
  await expect(page.getByText('No matching tokens')).toBeVisible();
  await page.getByRole('link', { name: 'Show all tokens' }).click();
  await expect(names(page)).toHaveCount(2);
});

test('filters are chosen, come back with Back, and stay while a prompt is open', async ({ page }) => {
  await makeThree(page);
  await visitTokens(page);
  await filter(page, 'Status').selectOption('Expiring soon');
  await expect(names(page)).toHaveText(['Billing sync']);
  await expect(page).toHaveURL('/settings/tokens?status=expiring_soon');
  await filter(page, 'Permission').selectOption('billing:write');
  await expect(page).toHaveURL('/settings/tokens?status=expiring_soon&permission=billing%3Awrite');
  // The row is the same before and after; only its links tell the two lists apart.
  await expect.poll(() => address(page, 'Billing sync', 'Edit')).toContain('permission=');
  await choose(page, 'Billing sync', 'Edit');
  await expect(page).toHaveURL(/\/edit\?status=expiring_soon&permission=/);
  await page.keyboard.press('Escape');
  await expect(names(page)).toHaveText(['Billing sync']);
  await filter(page, 'Permission').selectOption('Any permission');
  await expect(page).toHaveURL('/settings/tokens?status=expiring_soon');
  await page.goBack();
  await expect(filter(page, 'Permission')).toHaveValue('billing:write');
  await page.goto('/settings/tokens?concern=no_expiry');
  await expect(names(page)).toHaveText(['Nightly backup', 'Deploy bot']);
  await expect(filter(page, 'Needs attention')).toHaveValue('no_expiry');
});

test('every column sorts, both ways', async ({ page }) => {
  await makeThree(page);
  await visitTokens(page);
  const column = (name: string) => page.getByRole('columnheader', { name });
  await column('Name').getByRole('link').click();
  await expect(names(page)).toHaveText(['Billing sync', 'Deploy bot', 'Nightly backup']);
  await expect(column('Name')).toHaveAttribute('aria-sort', 'ascending');
  await column('Name').getByRole('link').click();
  await expect(names(page)).toHaveText(['Nightly backup', 'Deploy bot', 'Billing sync']);
  await expect(page).toHaveURL('/settings/tokens?sort=-name');
  await column('Permissions').getByRole('link').click();
  await expect(names(page).first()).toHaveText('Billing sync');
  await column('Expires').getByRole('link').click();
  await expect(names(page).first()).toHaveText('Billing sync');
  for (const name of ['Last used', 'Owner', 'Status']) {
    await column(name).getByRole('link').click();
    await expect(column(name)).toHaveAttribute('aria-sort', /scending$/);
    await expect(names(page)).toHaveCount(3);
  }
  await search(page).fill('ships');
  await expect(page).toHaveURL('/settings/tokens?q=ships&sort=status');
});

test('names are sorted and found as people write them', async ({ page }) => {
  for (const name of ['srv 10', 'srv 2', 'İzmir', '東京都']) await make(page, { name });
  await visitTokens(page);
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
  await expect(names(page)).toHaveText(['İzmir', 'srv 2', 'srv 10', '東京都']);
  for (const [typed, found] of [['izmir', 'İzmir'], ['京', '東京都']] as const) {
    await search(page).fill(typed);
    await expect(names(page)).toHaveText([found]);
  }
});

test('what is over sinks below what goes on', async ({ page }) => {
  await make(page, { name: 'Deploy bot' });
  const asker = await make(page, { name: 'Gateway', permissions: ['tokenry.tokens:verify'] });
  const soonOver = new Date(Date.now() + 1_500).toISOString();
  const over = await make(page, { name: 'Newest', limits: { expires_at: soonOver } });
  await expect.poll(() => verdict(page, asker, over)).toBe('expired');
  await visitTokens(page);
  await expect(names(page)).toHaveText(['Gateway', 'Deploy bot', 'Newest']);
  await expect(row(page, 'Newest')).toContainText('Expired');
});

test('a row shows the uses of its last day', async ({ page }) => {
  const secret = await make(page, { name: 'Deploy bot' });
  const asker = await make(page, { name: 'Gateway', permissions: ['tokenry.tokens:verify'] });
  expect(await verdict(page, asker, secret)).toBe('valid');
  await expect(async () => {
    await visitTokens(page);
    await expect(row(page, 'Deploy bot').getByRole('img', { name: 'Last 24 hours: 1 valid, 0 refused' })).toBeVisible({ timeout: 500 });
  }).toPass();
});

test('rows are selected one by one or all at once, with the keyboard too', async ({ page }) => {
  await makeThree(page);
  await visitTokens(page);
  await expect(bar(page)).toBeHidden();
  await page.getByRole('checkbox', { name: 'Select Deploy bot' }).focus();
  await page.keyboard.press('Space');
  await expect(bar(page)).toContainText('1 selected');
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  await expect(bar(page)).toContainText('3 selected');
  await page.getByRole('checkbox', { name: 'Select all on this page' }).uncheck();
  await expect(bar(page)).toBeHidden();
});

test('an address made by hand gets a sentence, and a way out', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await make(page, { name: 'Deploy bot' });
  for (const query of ['status=Alive', 'owner=me', 'permission=all', 'concern=x', 'sort=secret', 'sort=name&cursor=C1', `q=${'a'.repeat(101)}`]) {
    expect((await page.goto(`/settings/tokens?${query}`))?.status()).toBe(422);
    await expect(page.getByRole('alert')).not.toBeEmpty();
    await page.getByRole('link', { name: 'First page' }).click();
    await expect(row(page, 'Deploy bot')).toBeVisible();
  }
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the form is sent, columns are links, and selected rows can be chosen', async ({ page }) => {
    await makeThree(page);
    await page.goto('/settings/tokens');
    await search(page).fill('ships');
    await page.getByRole('search').getByRole('button', { name: 'Search' }).click();
    await expect(names(page)).toHaveText(['Nightly backup', 'Deploy bot']);
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
    await expect(names(page)).toHaveText(['Deploy bot', 'Nightly backup']);
    await page.getByRole('checkbox', { name: 'Select Deploy bot' }).check();
    await expect(bar(page).getByRole('button', { name: 'Disable' })).toBeVisible();
    await page.getByRole('button', { name: 'Create token' }).click();
    await prompt(page, 'Create token').getByRole('link', { name: 'Cancel' }).click();
    await expect(names(page)).toHaveText(['Deploy bot', 'Nightly backup']);
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('filters, sorting and selecting can be used by everybody', async ({ page, usable }) => {
      await makeThree(page);
      await visitTokens(page);
      await expect(heading(page)).toHaveText('Tokens 3');
      await usable(page);
      await page.getByRole('checkbox', { name: 'Select Deploy bot' }).check();
      await expect(bar(page)).toBeVisible();
      await usable(page);
      await search(page).fill('zz');
      await expect(page.getByText('No matching tokens')).toBeVisible();
      await usable(page);
    });
  });
}
