// The console without scripts: the same URLs and messages, with plain links and forms.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { address, choice, choose, createButton, fill, make, openTokens, prompt, row, toast } from '../steps/tokens.ts';

test.use({ javaScriptEnabled: false });

const NOBODY = '/settings/tokens/01234567-89ab-7def-8123-456789abcdef';

test('a token is created and its secret is in the answer alone', async ({ page }) => {
  await openTokens(page);
  await createButton(page).click();
  await expect(page).toHaveTitle('Create token · Tokenry');
  const form = prompt(page, 'Create token');
  await fill(form, { name: 'Nightly backup', description: 'Every night', permissions: ['Projects Read', 'Billing Write'] });
  await form.getByRole('button', { name: 'Create', exact: true }).click();

  const reveal = prompt(page, '“Nightly backup” is ready');
  const secret = await reveal.getByRole('textbox', { name: 'Secret' }).innerText();
  expect(secret).toMatch(/^tkr_[0-9A-Za-z]{36}$/);
  expect((await page.content()).split(secret).length - 1, 'in the text alone').toBe(1);

  await reveal.getByRole('link', { name: 'Done' }).click();
  await expect(row(page, 'Nightly backup')).toContainText('billing:write');
  expect(await page.content()).not.toContain(secret);
  await page.reload();
  await expect(row(page, 'Nightly backup')).toContainText('Every night');
  expect(await page.content()).not.toContain(secret);
});

test('a token is edited', async ({ page }) => {
  await make(page, { name: 'Nightly backup', description: 'Every night' });
  await openTokens(page);
  await choose(page, 'Nightly backup', 'Edit');
  const form = prompt(page, 'Edit token');
  await expect(form.getByLabel('Name')).toHaveValue('Nightly backup');
  await expect(form.getByLabel('Description')).toHaveValue('Every night');
  await expect(choice(form, 'Projects', 'Read')).toBeChecked();
  await form.getByLabel('Name').fill('Weekly backup');
  await choice(form, 'Webhooks', 'Read').check();
  await form.getByRole('button', { name: 'Save' }).click();

  await expect(page).toHaveURL('/settings/tokens');
  await expect(row(page, 'Weekly backup')).toContainText('webhooks:read');
});

test('a token is deleted', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await openTokens(page);
  await choose(page, 'Nightly backup', 'Delete');
  const question = page.getByRole('alertdialog', { name: 'Delete token' });
  await expect(question).toContainText('Delete “Nightly backup”');
  await question.getByRole('button', { name: 'Confirm' }).click();

  await expect(page).toHaveURL('/settings/tokens');
  await expect(toast(page, 'Deleted “Nightly backup”.')).toBeVisible();
  await expect(page.getByText('No tokens yet')).toBeVisible();
  await page.reload();
  await expect(page.getByText('No tokens yet')).toBeVisible();
  await expect(toast(page, 'Deleted'), 'it is said once').toHaveCount(0);
});

test('Cancel leads back to the list', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  for (const open of ['Edit', 'Delete'] as const) {
    await openTokens(page);
    await choose(page, 'Nightly backup', open);
    await prompt(page, `${open} token`).getByRole('link', { name: 'Cancel' }).click();
    await expect(page).toHaveURL('/settings/tokens');
    await expect(row(page, 'Nightly backup')).toBeVisible();
  }
});

test('a refused form comes back with what was typed and what is wrong', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await make(page, { name: 'Nightly backup' });
  await page.goto('/settings/tokens/new');
  await fill(prompt(page, 'Create token'), { name: 'NIGHTLY backup', description: 'Twice', permissions: ['Members Write'] });
  await send(page, 'Create');

  const form = prompt(page, 'Create token');
  await expect(form.getByText('Another token has this name')).toBeVisible();
  await expect(form.getByLabel('Name')).toHaveValue('NIGHTLY backup');
  await expect(form.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await expect(form.getByLabel('Description')).toHaveValue('Twice');
  await expect(choice(form, 'Members', 'Write')).toBeChecked();

  await form.getByLabel('Name').fill(' ');
  await choice(form, 'Members', 'Write').uncheck();
  await send(page, 'Create');
  await expect(form.getByText('Give the token a name')).toBeVisible();
  await expect(form.getByText('Select at least one permission')).toBeVisible();

  await fill(form, { name: 'Weekly backup', permissions: ['Members Read'] });
  await send(page, 'Create');
  await expect(prompt(page, '“Weekly backup” is ready')).toBeVisible();
});

test('the second of two editors is told, sees both, and decides', async ({ page, context, complaints }) => {
  complaints.expectStatus(409);
  await make(page, { name: 'Nightly backup', description: 'Every night' });
  await openTokens(page);
  const edit = await address(page, 'Nightly backup', 'Edit');
  const other = await context.newPage();
  await Promise.all([page.goto(edit), other.goto(edit)]);
  await prompt(other, 'Edit token').getByLabel('Description').fill('Every morning');
  await send(other, 'Save');
  await expect(row(other, 'Nightly backup')).toContainText('Every morning');

  const form = prompt(page, 'Edit token');
  await form.getByLabel('Description').fill('Every evening');
  await send(page, 'Save');
  await expect(form.getByText('This token was changed while you were editing.')).toBeVisible();
  await expect(form.getByLabel('Description')).toHaveValue('Every evening');
  await expect(form.getByText('Their value: Every morning')).toBeVisible();

  await send(page, 'Save');
  await expect(row(page, 'Nightly backup')).toContainText('Every evening');
});

test('what is not there is said with 404 and a way on', async ({ page, complaints }) => {
  complaints.expectStatus(404);
  for (const path of ['/nowhere', '/settings/tokens/new/more', '/settings/people/7/more']) {
    expect((await page.goto(path))?.status()).toBe(404);
    await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
    await page.getByRole('link', { name: 'Go to the tokens' }).click();
    await expect(page).toHaveURL('/settings/tokens');
  }
  for (const [path, title] of [[`${NOBODY}/edit`, 'Edit token'], [`${NOBODY}/delete`, 'Delete token'], ['/settings/tokens/7/edit', 'Edit token']] as const) {
    expect((await page.goto(path))?.status()).toBe(404);
    await expect(prompt(page, title)).toContainText('Token not found. It may have been deleted.');
    await prompt(page, title).getByRole('link', { name: 'Close' }).click();
    await expect(page).toHaveURL('/settings/tokens');
  }
});

test('deleting what is deleted already is said with 404', async ({ page, context, complaints }) => {
  complaints.expectStatus(404);
  await make(page, { name: 'Nightly backup' });
  await openTokens(page);
  const ask = await address(page, 'Nightly backup', 'Delete');
  const other = await context.newPage();
  await Promise.all([page.goto(ask), other.goto(ask)]);
  await send(other, 'Confirm');
  await expect(other).toHaveURL('/settings/tokens');
  await send(page, 'Confirm');
  await expect(page.getByText('Token not found. It may have been deleted.')).toBeVisible();
  await prompt(page, 'Delete token').getByRole('link', { name: 'Close' }).click();
  await expect(page.getByText('No tokens yet')).toBeVisible();
});

test('what would do nothing without scripts is not shown', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await expect(page.getByRole('button', { name: 'Create', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Read only' })).toBeHidden();
  await expect(page.getByText('No permissions selected yet')).toBeHidden();
});

async function send(page: Page, button: 'Create' | 'Save' | 'Confirm'): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
}
