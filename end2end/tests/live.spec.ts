// The table of tokens stays current while it is open: changes by others appear by themselves, but not while somebody is
// using a row.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { FROM_HERE } from '../steps/people.ts';
import { address, choose, heading, make, prompt, ready, row, visitTokens } from '../steps/tokens.ts';

const EMPTY = { headers: FROM_HERE, form: {}, maxRedirects: 0 };

/** Somebody else disables a token, without this page. */
async function disable(page: Page, path: string): Promise<void> {
  const answer = await page.request.post(path.replace('/delete', '/disable'), EMPTY);
  expect(answer.status()).toBe(303);
}

test('what others disable or delete shows, and what they create is counted until one asks', async ({ page }) => {
  await make(page, { name: 'Deploy bot' });
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  await disable(page, await address(page, 'Deploy bot', 'Delete'));
  await expect(row(page, 'Deploy bot')).toContainText('Disabled');

  const gone = await page.request.post(await address(page, 'Deploy bot', 'Delete'), EMPTY);
  expect(gone.status()).toBe(303);
  await expect(row(page, 'Deploy bot')).toBeHidden();

  await make(page, { name: 'Billing sync' });
  await expect(page.getByText('1 new token.')).toBeVisible();
  await expect(row(page, 'Billing sync')).toBeHidden();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(row(page, 'Billing sync')).toBeVisible();
  await expect(page.getByText('1 new token.')).toBeHidden();
});

test('what others change while a prompt is open comes when it is closed', async ({ page }) => {
  await make(page, { name: 'Deploy bot' });
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  const path = await address(page, 'Deploy bot', 'Delete');
  await choose(page, 'Nightly backup', 'Edit');
  const editor = prompt(page, 'Edit token');
  await editor.getByLabel('Description').fill('Every night');
  const told = page.waitForResponse((answer) => answer.url().endsWith('/_fn/load_tokens'));
  await disable(page, path);
  await expect(editor.getByLabel('Description')).toHaveValue('Every night');
  await editor.getByRole('button', { name: 'Save' }).click();
  await told;
  await expect(row(page, 'Deploy bot')).toContainText('Disabled');
  await expect(row(page, 'Nightly backup')).toContainText('Every night');
});

test('what others change while a prompt is open comes also when nothing is saved', async ({ page }) => {
  await make(page, { name: 'Deploy bot' });
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  const path = await address(page, 'Deploy bot', 'Delete');
  await choose(page, 'Nightly backup', 'Edit');
  await expect(prompt(page, 'Edit token').getByLabel('Name')).toBeVisible();
  await disable(page, path);
  await prompt(page, 'Edit token').getByRole('link', { name: 'Cancel' }).click();
  // Cancel has put the focus back into a row, and the table does not change while a row has the focus.
  await heading(page).click();
  await expect(row(page, 'Deploy bot')).toContainText('Disabled');
});

test('what was read ahead is forgotten when others change something', async ({ page }) => {
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  const path = await address(page, 'Deploy bot', 'Delete');
  await page.goto('/overview');
  await ready(page);
  const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' });
  const ahead = page.waitForResponse((answer) => answer.url().endsWith('/_fn/load_tokens'));
  await link.hover();
  await ahead;
  await page.evaluate(() => new Promise<void>((resolve) => {
    const stream = new EventSource('/changes');
    const told = new Promise<void>((done) => stream.addEventListener('change', () => { stream.close(); done(); }));
    Object.assign(window, { told });
    stream.addEventListener('open', () => resolve());
  }));
  await disable(page, path);
  await page.evaluate(() => (window as { told?: Promise<void> }).told);
  await link.click();
  await expect(row(page, 'Deploy bot')).toContainText('Disabled');
});
