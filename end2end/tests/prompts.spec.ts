// Prompts have URLs: they open, reload, go back and forward like pages, and the table beneath stays as it is.
import { expect, test } from '../fixtures.ts';
import {
  address,
  ready,
  choose,
  createButton,
  giveUp,
  heading,
  make,
  prompt,
  row,
  visitTokens,
} from '../steps/tokens.ts';
import { press, readsOfTheTable } from '../steps/watch.ts';

const NOBODY = '/settings/tokens/01234567-89ab-7def-8123-456789abcdef';

test.beforeEach(async ({ page }) => {
  await make(page, { name: 'Nightly backup', description: 'Every night' });
});

test('each prompt has a URL and a title of its own', async ({ page }) => {
  await visitTokens(page);
  await expect(page).toHaveTitle('Tokens · Tokenry');
  const edit = await address(page, 'Nightly backup', 'Edit');
  const ask = await address(page, 'Nightly backup', 'Delete');

  await createButton(page).click();
  await expect(page).toHaveURL('/settings/tokens/new');
  await expect(page).toHaveTitle('Create token · Tokenry');
  await prompt(page, 'Create token').getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL('/settings/tokens');

  await choose(page, 'Nightly backup', 'Edit');
  await expect(page).toHaveURL(edit);
  await expect(page).toHaveTitle('Edit token · Tokenry');
  await prompt(page, 'Edit token').getByRole('link', { name: 'Cancel' }).click();

  await choose(page, 'Nightly backup', 'Delete');
  await expect(page).toHaveURL(ask);
  await expect(page).toHaveTitle('Delete token · Tokenry');
  await prompt(page, 'Delete token').getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL('/settings/tokens');
  await expect(page).toHaveTitle('Tokens · Tokenry');
  await expect(row(page, 'Nightly backup')).toContainText('Every night');
});

test('a reload inside of each prompt shows it again, and it works', async ({ page }) => {
  await visitTokens(page);
  await choose(page, 'Nightly backup', 'Edit');
  await expect(prompt(page, 'Edit token')).toBeVisible();
  await page.reload();
  await ready(page);
  const form = prompt(page, 'Edit token');
  await expect(form.getByLabel('Name')).toHaveValue('Nightly backup');
  await form.getByLabel('Name').fill('Weekly backup');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();
  await expect(row(page, 'Weekly backup')).toBeVisible();

  await choose(page, 'Weekly backup', 'Delete');
  await expect(prompt(page, 'Delete token')).toBeVisible();
  await page.reload();
  await ready(page);
  await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('No tokens yet')).toBeVisible();

  await createButton(page).click();
  await expect(prompt(page, 'Create token')).toBeVisible();
  await page.reload();
  await ready(page);
  await prompt(page, 'Create token').getByLabel('Name').fill('Deploy bot');
  await prompt(page, 'Create token').getByRole('checkbox', { name: 'Read' }).first().check();
  await prompt(page, 'Create token').getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“Deploy bot” is ready')).toBeVisible();
});

test('Back closes a prompt and Forward opens it', async ({ page }) => {
  await visitTokens(page);
  for (const [open, title] of [['Edit', 'Edit token'], ['Delete', 'Delete token']] as const) {
    await choose(page, 'Nightly backup', open);
    await expect(prompt(page, title)).toContainText(open === 'Edit' ? 'Name' : 'Nightly backup');
    await page.goBack();
    await expect(prompt(page, title)).toBeHidden();
    await expect(page).toHaveURL('/settings/tokens');
    await page.goForward();
    await expect(prompt(page, title)).toBeVisible();
    await page.goBack();
    await expect(prompt(page, title)).toBeHidden();
  }
  await createButton(page).click();
  await expect(prompt(page, 'Create token').getByLabel('Name')).toBeFocused();
  await page.goBack();
  await expect(prompt(page, 'Create token')).toBeHidden();
  await page.goForward();
  await expect(prompt(page, 'Create token').getByLabel('Name')).toBeFocused();
});

test('closing a prompt leaves nothing behind in the history', async ({ page }) => {
  await visitTokens(page);
  await createButton(page).click();
  await prompt(page, 'Create token').getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL('/settings/tokens');
  await page.goBack();
  await expect(page).toHaveURL('about:blank');
});

test('a prompt opened by its URL works, and closing it leads to the list', async ({ page }) => {
  await visitTokens(page);
  const edit = await address(page, 'Nightly backup', 'Edit');
  const ask = await address(page, 'Nightly backup', 'Delete');
  for (const [path, title] of [['/settings/tokens/new', 'Create token'], [edit, 'Edit token'], [ask, 'Delete token']] as const) {
    for (const close of ['Escape', 'Cancel']) {
      await page.goto(path);
      await ready(page);
      await expect(prompt(page, title).getByRole('link', { name: 'Cancel' })).toBeVisible();
      await expect(row(page, 'Nightly backup')).toBeAttached();
      if (close === 'Escape') await page.keyboard.press('Escape');
      else await prompt(page, title).getByRole('link', { name: 'Cancel' }).click();
      await expect(page).toHaveURL('/settings/tokens');
      await expect(prompt(page, title)).toBeHidden();
      await expect(row(page, 'Nightly backup')).toBeVisible();
    }
  }
});

test('the table is not read again while prompts come and go', async ({ page }) => {
  await visitTokens(page);
  const reads = readsOfTheTable(page);
  await createButton(page).click();
  await prompt(page, 'Create token').getByRole('link', { name: 'Cancel' }).click();
  await choose(page, 'Nightly backup', 'Edit');
  await expect(prompt(page, 'Edit token').getByLabel('Name')).toHaveValue('Nightly backup');
  await page.goBack();
  await choose(page, 'Nightly backup', 'Delete');
  await expect(prompt(page, 'Delete token')).toContainText('Nightly backup');
  await page.keyboard.press('Escape');
  await expect(prompt(page, 'Delete token')).toBeHidden();
  expect(reads()).toBe(0);

  await choose(page, 'Nightly backup', 'Edit');
  await prompt(page, 'Edit token').getByLabel('Name').fill('Weekly backup');
  await prompt(page, 'Edit token').getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Weekly backup')).toBeVisible();
  expect(reads()).toBe(1);
});

test('what was typed and cancelled is forgotten', async ({ page }) => {
  await visitTokens(page);
  await choose(page, 'Nightly backup', 'Edit');
  await prompt(page, 'Edit token').getByLabel('Name').fill('Something else');
  await giveUp(prompt(page, 'Edit token'));
  await expect(page).toHaveURL('/settings/tokens');
  await expect(row(page, 'Nightly backup')).toBeVisible();
  await choose(page, 'Nightly backup', 'Edit');
  await expect(prompt(page, 'Edit token').getByLabel('Name')).toHaveValue('Nightly backup');
});

test('Escape asks once before it throws away what was typed', async ({ page }) => {
  await visitTokens(page);
  await createButton(page).click();
  const form = prompt(page, 'Create token');
  await form.getByLabel('Name').fill('Deploy bot');
  await press(page, 'Escape');
  await expect(form.getByRole('alert')).toHaveText('What you have typed is not saved. Close again to discard it.');
  await expect(form.getByLabel('Name')).toHaveValue('Deploy bot');
  await expect(page).toHaveURL('/settings/tokens/new');
  await press(page, 'Escape');
  await expect(form).toBeHidden();
  await expect(createButton(page)).toBeFocused();
  await createButton(page).click();
  await expect(form.getByLabel('Name')).toHaveValue('');
  await expect(form.getByRole('alert'), 'nothing is asked about any more').toBeHidden();
});

test('an id that names no token says so, and leads back to the list', async ({ page, complaints }) => {
  complaints.expectStatus(404);
  for (const [path, title] of [[`${NOBODY}/edit`, 'Edit token'], ['/settings/tokens/7/delete', 'Delete token']] as const) {
    await page.goto(path);
    await ready(page);
    await expect(prompt(page, title)).toContainText('Token not found. It may have been deleted.');
    await prompt(page, title).getByRole('link', { name: 'Close' }).click();
    await expect(page).toHaveURL('/settings/tokens');
    await expect(prompt(page, title)).toBeHidden();
    await expect(heading(page)).toBeVisible();
  }
});
