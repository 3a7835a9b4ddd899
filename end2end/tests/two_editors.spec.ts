// Two people edit one token at once: the second is told and sees both versions, and nothing is lost.
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { choice, choose, giveUp, make, prompt, row, visitTokens } from '../steps/tokens.ts';

const CONFLICT = 'This token was changed while you were editing.';
const GONE = 'Token not found. It may have been deleted.';
const editor = (page: Page) => prompt(page, 'Edit token');
const save = (page: Page) => editor(page).getByRole('button', { name: 'Save' }).click();

/** Two pages with the same prompt open for the same token. */
async function both(page: Page, context: BrowserContext, open: 'Edit' | 'Delete'): Promise<Page> {
  await make(page, { name: 'Nightly backup', description: 'Every night' });
  const other = await context.newPage();
  for (const one of [page, other]) {
    await visitTokens(one);
    await choose(one, 'Nightly backup', open);
    await expect(prompt(one, `${open} token`).getByRole('link', { name: 'Cancel' })).toBeVisible();
  }
  return other;
}

/** The other page saves first; this page then saves, and gets the conflict. */
async function conflict(page: Page, context: BrowserContext): Promise<Page> {
  const other = await both(page, context, 'Edit');
  await editor(other).getByLabel('Name').fill('Backup');
  await choice(editor(other), 'Projects', 'Write').check();
  await save(other);
  await expect(editor(other)).toBeHidden();
  await expect(row(other, 'Backup')).toBeVisible();
  await editor(page).getByLabel('Description').fill('Every evening');
  await choice(editor(page), 'Billing', 'Read').check();
  await save(page);
  await expect(editor(page).getByRole('alert')).toContainText(CONFLICT);
  return other;
}

test('the second sees both versions, and nothing typed is lost', async ({ page, context, complaints }) => {
  complaints.expectStatus(409);
  await conflict(page, context);
  const form = editor(page);
  await expect(form.getByRole('alert')).toBeFocused();
  await expect(form.getByLabel('Name')).toHaveValue('Nightly backup');
  await expect(form.getByLabel('Name')).toHaveAccessibleDescription('Their value: Backup');
  await expect(form.getByLabel('Description')).toHaveValue('Every evening');
  await expect(form.getByLabel('Description')).toHaveAccessibleDescription(/Their value: Every night/);
  await expect(choice(form, 'Billing', 'Read')).toBeChecked();
  await expect(form.getByText('Their value: projects:read projects:write')).toBeVisible();
});

test('Save again replaces what the other has saved', async ({ page, context, complaints }) => {
  complaints.expectStatus(409);
  const other = await conflict(page, context);
  await save(page);
  await expect(editor(page)).toBeHidden();
  for (const one of [page, other]) {
    await visitTokens(one);
    await expect(row(one, 'Nightly backup')).toContainText('Every evening');
    await expect(row(one, 'Nightly backup')).toContainText('billing:read');
    await expect(row(one, 'Nightly backup')).not.toContainText('projects:write');
  }
});

test('Cancel keeps what the other has saved', async ({ page, context, complaints }) => {
  complaints.expectStatus(409);
  await conflict(page, context);
  await giveUp(editor(page));
  await visitTokens(page);
  await expect(row(page, 'Backup')).toContainText('Every night');
  await expect(row(page, 'Backup')).toContainText('projects:write');
});

test('a third version in between is told again', async ({ page, context, complaints }) => {
  complaints.expectStatus(409);
  const other = await conflict(page, context);
  await choose(other, 'Backup', 'Edit');
  await editor(other).getByLabel('Name').fill('Safety copy');
  await save(other);
  await expect(row(other, 'Safety copy')).toBeVisible();
  await save(page);
  await expect(editor(page).getByText('Their value: Safety copy')).toBeVisible();
  await save(page);
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('two who make the same change do not stand in each other’s way for long', async ({ page, context, complaints }) => {
  complaints.expectStatus(409);
  const other = await both(page, context, 'Edit');
  for (const one of [other, page]) await editor(one).getByLabel('Name').fill('Backup');
  await save(other);
  await expect(row(other, 'Backup')).toBeVisible();
  await save(page);
  await expect(editor(page).getByRole('alert')).toContainText(CONFLICT);
  await expect(editor(page).getByText('Their value')).toBeHidden();
  await save(page);
  await expect(row(page, 'Backup')).toBeVisible();
});

test('editing what the other has deleted says so, and keeps what was typed', async ({ page, context, complaints }) => {
  complaints.expectStatus(404);
  const other = await both(page, context, 'Edit');
  await other.goBack();
  await choose(other, 'Nightly backup', 'Delete');
  await prompt(other, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(other.getByText('No tokens yet')).toBeVisible();

  await editor(page).getByLabel('Description').fill('Every evening');
  await save(page);
  await expect(editor(page).getByRole('alert')).toHaveText(GONE);
  await expect(editor(page).getByRole('alert')).toBeFocused();
  await expect(editor(page).getByLabel('Description')).toHaveValue('Every evening');
});

test('deleting what the other has deleted says so', async ({ page, context, complaints }) => {
  complaints.expectStatus(404);
  const other = await both(page, context, 'Delete');
  await prompt(other, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(other.getByText('No tokens yet')).toBeVisible();
  const question = prompt(page, 'Delete token');
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(question.getByRole('alert')).toHaveText(GONE);
});

test('opening what the other has deleted says so', async ({ page, context, complaints }) => {
  complaints.expectStatus(404);
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  const other = await context.newPage();
  await visitTokens(other);
  await choose(other, 'Nightly backup', 'Delete');
  await prompt(other, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(other.getByText('No tokens yet')).toBeVisible();

  await choose(page, 'Nightly backup', 'Edit');
  await expect(editor(page)).toContainText(GONE);
  await editor(page).getByRole('link', { name: 'Close' }).click();
  await expect(editor(page)).toBeHidden();
});
