// A new secret is shown once, is not lost by accident, and cannot be found anywhere afterwards.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { ready, create, createButton, prompt, row, visitTokens } from '../steps/tokens.ts';
import { readsOfTheTable } from '../steps/watch.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const NOT_COPIED = 'The secret has not been copied. Once this is closed, nobody can see it again.';
const reveal = (page: Page) => prompt(page, /is ready/);
const secretOn = (page: Page) => reveal(page).getByRole('textbox', { name: 'Secret' });

test('a secret is shown once', async ({ page }) => {
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup' });
  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await reveal(page).getByRole('button', { name: 'Done' }).click();
  await expect(row(page, 'Nightly backup')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'Created “Nightly backup”.' })).toBeVisible();
  expect(await page.content()).not.toContain(secret);

  await page.reload();
  await ready(page);
  await expect(reveal(page)).toBeHidden();
  expect(await page.content()).not.toContain(secret);
  for (const path of ['/settings/tokens', '/settings/tokens/new']) {
    expect(await (await page.request.get(path)).text()).not.toContain(secret);
  }
});

test('a reload ends the secret', async ({ page }) => {
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup' });
  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(reveal(page).getByText('Copied to the clipboard.')).toBeVisible();
  await page.reload();
  await ready(page);
  await expect(row(page, 'Nightly backup')).toBeVisible();
  expect(await page.content()).not.toContain(secret);
});

test('Done asks once more while nothing has been copied', async ({ page }) => {
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup' });
  await reveal(page).getByRole('button', { name: 'Done' }).click();
  await expect(reveal(page).getByRole('alert')).toHaveText(NOT_COPIED);
  await expect(secretOn(page)).toHaveText(secret);
  await reveal(page).getByRole('button', { name: 'Close without copying' }).click();
  await expect(reveal(page)).toBeHidden();
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('Escape asks once more, however often it is pressed', async ({ page }) => {
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup' });
  for (let presses = 0; presses < 4; presses += 1) {
    await page.keyboard.press('Escape');
    await expect(reveal(page).getByRole('alert')).toHaveText(NOT_COPIED);
    await expect(secretOn(page)).toHaveText(secret);
  }
  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(reveal(page).getByRole('button', { name: 'Done' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(reveal(page)).toBeHidden();
  await expect(createButton(page)).toBeFocused();
});

test('neither Back nor Forward takes the secret away', async ({ page }) => {
  await visitTokens(page);
  await createButton(page).click();
  await prompt(page, 'Create token').getByRole('link', { name: 'Cancel' }).click();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  const secret = await create(page, { name: 'Nightly backup' });
  // The secret is shown at once; the prompt beneath it then goes one step back in the history.
  await expect(page).toHaveURL('/settings/tokens');
  await page.goForward();
  await expect(page).toHaveURL('/settings/tokens/new');
  await expect(secretOn(page)).toHaveText(secret);
  await page.goBack();
  await expect(page).toHaveURL('/settings/tokens');
  await expect(secretOn(page)).toHaveText(secret);
  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await reveal(page).getByRole('button', { name: 'Done' }).click();
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('the table is not refreshed beneath an open secret', async ({ page }) => {
  await visitTokens(page);
  const reads = readsOfTheTable(page);
  await create(page, { name: 'Nightly backup' });
  await reveal(page).getByRole('button', { name: 'Done' }).click();
  await expect(reveal(page).getByRole('alert')).toHaveText(NOT_COPIED);
  expect(reads()).toBe(0);
  await expect(row(page, 'Nightly backup')).not.toBeAttached();
  await reveal(page).getByRole('button', { name: 'Close without copying' }).click();
  await expect(row(page, 'Nightly backup')).toBeVisible();
  expect(reads()).toBeGreaterThan(0);
});

test('a secret is shown also when the prompt was opened by its URL', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await ready(page);
  const form = prompt(page, 'Create token');
  await form.getByLabel('Name').fill('Nightly backup');
  await form.getByRole('button', { name: 'Everything' }).click();
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(secretOn(page)).toHaveText(/^tkr_/);
  await expect(page).toHaveURL('/settings/tokens');
});

test('Download gives a file with the secret, and counts as a copy', async ({ page }) => {
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup (EU)' });
  const arriving = page.waitForEvent('download');
  await reveal(page).getByRole('button', { name: 'Download' }).click();
  const file = await arriving;
  expect(file.suggestedFilename()).toBe('nightly-backup--eu.token.txt');
  expect(readFileSync(await file.path(), 'utf8').trim()).toBe(secret);
  await reveal(page).getByRole('button', { name: 'Done' }).click();
  await expect(reveal(page)).toBeHidden();
});

test('leaving the page is held up until the secret is copied', async ({ page }) => {
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup' });
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await expect(secretOn(page)).toHaveText(secret);

  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(reveal(page).getByText('Copied to the clipboard.')).toBeVisible();
  let again = false;
  page.on('dialog', (dialog) => {
    again = true;
    void dialog.accept();
  });
  await page.reload();
  await expect(row(page, 'Nightly backup')).toBeVisible();
  expect(again).toBe(false);
});

test('after the secret is gone, leaving is held up no more', async ({ page }) => {
  await visitTokens(page);
  await create(page, { name: 'Nightly backup' });
  await reveal(page).getByRole('button', { name: 'Done' }).click();
  await reveal(page).getByRole('button', { name: 'Close without copying' }).click();
  await expect(row(page, 'Nightly backup')).toBeVisible();
  let asked = false;
  page.on('dialog', (dialog) => {
    asked = true;
    void dialog.accept();
  });
  await page.reload();
  await expect(row(page, 'Nightly backup')).toBeVisible();
  expect(asked).toBe(false);
});
