// Metadata: set with a token, edited, found by, and answered with the verdict.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { address, choose, fill, make, prompt, ready, row, toast, toggle, visitTokens } from '../steps/tokens.ts';

const creator = (page: Page) => prompt(page, 'Create token');
const editor = (page: Page) => prompt(page, 'Edit token');
const entries = (page: Page) => page.getByRole('dialog').getByLabel('Entries');
const labelled = (name: string, metadata: string) => ({ name, limits: { metadata } });

test('entries that are set with a token are shown on its page, and lead to the tokens that have them, too', async ({ page }) => {
  await make(page, labelled('Other', 'env: prod'));
  await make(page, labelled('Third', 'env: test'));
  await page.goto('/settings/tokens/new');
  await ready(page);
  await expect(entries(page)).toBeHidden();
  await toggle(creator(page), 'Metadata');
  await fill(creator(page), { name: 'Nightly backup', permissions: ['Projects Read'] });
  await entries(page).fill('team: Payments\nenv: prod');
  await creator(page).getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“Nightly backup” is ready')).toBeVisible();

  await visitTokens(page);
  await row(page, 'Nightly backup').getByRole('link', { name: 'Nightly backup' }).click();
  await expect(page.getByRole('link', { name: 'team: Payments' })).toBeVisible();
  await page.getByRole('link', { name: 'env: prod' }).click();
  await expect(page).toHaveURL(/metadata=env%3Aprod$/);
  await expect(page.getByText('2 of 3 match.')).toBeVisible();
  await expect(row(page, 'Third')).toBeHidden();
  await page.getByRole('link', { name: 'Remove filter Metadata env:prod' }).click();
  await expect(row(page, 'Third')).toBeVisible();
});

test('a wrong entry is told beside its field, and what saving changes is said before', async ({ page }) => {
  await make(page, labelled('Nightly backup', 'env: prod'));
  await visitTokens(page);
  await choose(page, 'Nightly backup', 'Edit');
  await expect(entries(page)).toHaveValue('env: prod\n');
  await entries(page).fill('Env: prod');
  await editor(page).getByRole('button', { name: 'Save' }).click();
  await expect(editor(page).getByText('“Env” cannot be a key')).toBeVisible();
  await entries(page).fill('env: test\nteam: pay');
  await expect(editor(page).getByText('Metadata env: “prod” → “test”')).toBeVisible();
  await editor(page).getByRole('button', { name: 'Save' }).click();
  await expect(toast(page, /Saved/)).toBeVisible();
  await page.getByLabel('Metadata', { exact: true }).fill('team');
  await page.getByLabel('Metadata', { exact: true }).press('Enter');
  await expect(page).toHaveURL(/metadata=team$/);
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('entries are edited and found all the same', async ({ page }) => {
    await make(page, labelled('Nightly backup', 'env: prod'));
    await page.goto('/settings/tokens?metadata=env:prod');
    await page.goto(await address(page, 'Nightly backup', 'Edit'));
    await entries(page).fill('env: test');
    await editor(page).getByRole('button', { name: 'Save' }).click();
    await page.goto('/settings/tokens');
    await page.getByLabel('Metadata', { exact: true }).fill('env:test');
    await page.getByRole('search').getByRole('button', { name: 'Search' }).click();
    await expect(row(page, 'Nightly backup')).toBeVisible();
    await page.goto('/settings/tokens?metadata=env:prod');
    await expect(row(page, 'Nightly backup')).toBeHidden();
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('many long entries can be used by everybody', async ({ page, usable }) => {
      test.slow();
      const long = Array.from({ length: 20 }, (_, n) => `a-key-of-some-length-${n}: ${'x'.repeat(180)}`);
      await make(page, labelled('Nightly backup', long.join('\n')));
      await page.goto('/settings/tokens?metadata=a-key-of-some-length-7');
      await ready(page);
      await usable(page);
      await choose(page, 'Nightly backup', 'Edit');
      await expect(entries(page)).toBeVisible();
      await usable(page);
      await page.goto('/settings/tokens');
      await row(page, 'Nightly backup').getByRole('link', { name: 'Nightly backup' }).click();
      await expect(page.getByRole('heading', { name: 'Nightly backup' })).toBeVisible();
      await usable(page);
    });
  });
}
