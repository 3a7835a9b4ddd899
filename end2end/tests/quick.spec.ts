// Shortcuts: a click on a row, filter chips, keys; and the columns that a browser shows.
import { expect, test } from '../fixtures.ts';
import { choice, createButton, make, prompt, ready, row, visitTokens } from '../steps/tokens.ts';

test('a row shows its token at a glance, and what stands in it keeps its own meaning', async ({ page }) => {
  await make(page, { name: 'Nightly backup', description: 'Every night' });
  await visitTokens(page);
  await row(page, 'Nightly backup').getByRole('checkbox').check();
  await expect(page).toHaveURL('/settings/tokens');
  await row(page, 'Nightly backup').getByRole('checkbox').uncheck();
  await row(page, 'Nightly backup').getByText('Every night').click();
  const glance = prompt(page, 'Token at a glance');
  await expect(glance.getByRole('heading', { name: 'Nightly backup' })).toBeFocused();
  await expect(glance.getByRole('listitem').filter({ hasText: 'projects:read' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(glance).toBeHidden();
  await expect(page).toHaveURL('/settings/tokens');
  await page.goForward();
  await glance.getByRole('link', { name: 'Open' }).click();
  await expect(page).toHaveTitle('Nightly backup · Tokenry');
});

test('a token that is gone is not shown at a glance, and says so', async ({ page, complaints }) => {
  complaints.expectStatus(404);
  await page.goto('/settings/tokens/01234567-89ab-7def-8123-456789abcdef/glance');
  await expect(prompt(page, 'Token at a glance')).toContainText('Token not found. It may have been deleted.');
  await prompt(page, 'Token at a glance').getByRole('link', { name: 'Close' }).click();
  await expect(page).toHaveURL('/settings/tokens');
});

test('a click that closes a menu opens nothing', async ({ page }) => {
  await make(page, { name: 'Nightly backup', description: 'Every night' });
  await visitTokens(page);
  await page.getByRole('button', { name: 'Actions for Nightly backup' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await row(page, 'Nightly backup').getByText('Every night').click();
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(page).toHaveURL('/settings/tokens');
});

test('each filter is a chip that takes it away', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await page.goto('/settings/tokens?q=nightly&concern=no_expiry');
  await ready(page);
  const chips = page.getByRole('list', { name: 'Active filters' }).getByRole('link');
  await expect(chips).toHaveCount(2);
  await page.getByRole('link', { name: 'Remove filter No expiry' }).click();
  await expect(page).toHaveURL('/settings/tokens?q=nightly');
  await expect(chips).toHaveCount(1);
});

test('Ctrl+K goes to a page, or searches tokens', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  const palette = page.getByRole('dialog', { name: 'Go to' });
  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('searchbox')).toBeFocused();
  await palette.getByRole('searchbox').fill('audit');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/settings/audit');
  await page.keyboard.press('Control+k');
  await palette.getByRole('searchbox').fill('backup');
  await palette.getByRole('link', { name: 'Search tokens for “backup”' }).click();
  await expect(page).toHaveURL('/settings/tokens?q=backup');
  await expect(palette).toBeHidden();
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('Ctrl+K that is given up gives the focus back', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  await createButton(page).focus();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Go to' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(createButton(page)).toBeFocused();
});

test('Ctrl+Enter sends a form, and a name that grows long is counted', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await ready(page);
  const form = prompt(page, 'Create token');
  await form.getByLabel('Name').fill('n'.repeat(72));
  await expect(form.getByText('72 of 80 characters')).toBeVisible();
  await form.getByLabel('Name').fill('Nightly backup');
  await expect(form.getByText('of 80 characters')).toBeHidden();
  await choice(form, 'Projects', 'Read').check();
  await form.getByLabel('Description').press('Control+Enter');
  await expect(prompt(page, '“Nightly backup” is ready')).toBeVisible();
});

test('a column that is left out stays away, in what the server writes as well', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await page.goto('/profile');
  await ready(page);
  await page.getByRole('group', { name: 'Columns of the token table' }).getByRole('checkbox', { name: 'Owner' }).uncheck();
  await visitTokens(page);
  await expect(page.getByRole('columnheader', { name: 'Status' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Owner' })).toBeHidden();
  expect(await (await page.request.get('/settings/tokens')).text()).toContain('data-view="no-owner"');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the table is sorted and selected without its head', async ({ page }) => {
    await make(page, { name: 'Anchor' });
    await make(page, { name: 'Zebra' });
    await visitTokens(page);
    await page.getByRole('search', { name: 'Find tokens' }).getByLabel('Order').selectOption('Name, A to Z');
    await expect(page.getByRole('rowheader').getByRole('link')).toHaveText(['Anchor', 'Zebra']);
    await page.getByLabel('Select all on this page').check();
    await expect(page.getByText('2 selected')).toBeVisible();
  });
});
