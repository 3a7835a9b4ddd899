// The table as a whole: its pages, an empty table, and addresses that lead nowhere.
import { expect, test } from '../fixtures.ts';
import { ready, choose, createButton, created, dots, heading, make, prompt, row, visitTokens } from '../steps/tokens.ts';
import type { Page } from '@playwright/test';

const turn = (page: Page, to: 'Older' | 'Newer') => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: to });
const named = (n: number) => `Key ${String(n).padStart(2, '0')}`;

/** Creates Key 01, the oldest, to Key 55. */
async function makeMany(page: Page): Promise<void> {
  for (let n = 1; n <= 55; n += 1) await make(page, { name: named(n) });
}

test('fifty tokens are a page, and the others are on the next', async ({ page }) => {
  await makeMany(page);
  await visitTokens(page);
  await expect(page.getByRole('heading', { name: 'Tokens 55' })).toBeVisible();
  await expect(page.getByRole('rowheader')).toHaveCount(50);
  await expect(page.getByRole('rowheader').first()).toContainText(named(55));
  await expect(turn(page, 'Newer')).toBeHidden();

  await turn(page, 'Older').click();
  await expect(page).toHaveURL(/\/settings\/tokens\?cursor=C[0-9a-f]{48}$/);
  await expect(page.getByRole('rowheader')).toHaveCount(5);
  await expect(page.getByRole('rowheader').last()).toContainText(named(1));
  await expect(turn(page, 'Older')).toBeHidden();

  await turn(page, 'Newer').click();
  await expect(page.getByRole('rowheader')).toHaveCount(50);
  await expect(page.getByRole('rowheader').first()).toContainText(named(55));
  await page.goBack();
  await expect(page.getByRole('rowheader')).toHaveCount(5);
  await page.reload();
  await expect(page.getByRole('rowheader')).toHaveCount(5);
});

test('a prompt over another page keeps it, and comes back to it', async ({ page }) => {
  await makeMany(page);
  await visitTokens(page);
  await turn(page, 'Older').click();
  await expect(row(page, named(1))).toBeVisible();
  const { search } = new URL(page.url());

  await choose(page, named(3), 'Edit');
  await expect(page).toHaveURL((url) => url.pathname.endsWith('/edit') && url.search === search);
  await prompt(page, 'Edit token').getByLabel('Name').fill('Renamed');
  await prompt(page, 'Edit token').getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Renamed')).toBeVisible();
  await expect(page).toHaveURL(`/settings/tokens${search}`);

  await choose(page, named(2), 'Delete');
  await expect(page).toHaveURL((url) => url.pathname.endsWith('/delete') && url.search === search);
  await page.reload();
  await ready(page);
  await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(row(page, named(2))).toBeHidden();
  await expect(page).toHaveURL(`/settings/tokens${search}`);
  await expect(page.getByRole('rowheader')).toHaveCount(4);

  await createButton(page).click();
  await expect(page).toHaveURL(`/settings/tokens/new${search}`);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(`/settings/tokens${search}`);
  await expect(row(page, named(1))).toBeVisible();
});

test('a page whose last token is deleted says so, and leads to the first', async ({ page }) => {
  for (let n = 1; n <= 51; n += 1) await make(page, { name: named(n) });
  await visitTokens(page);
  await turn(page, 'Older').click();
  await expect(page.getByRole('rowheader')).toHaveCount(1);
  await choose(page, named(1), 'Delete');
  await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('Nothing is left on this page')).toBeVisible();
  await page.getByRole('link', { name: 'Back to the first page' }).click();
  await expect(page.getByRole('rowheader')).toHaveCount(50);
});

test('a damaged link to a page says so, and leads to the first', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await make(page, { name: 'Nightly backup' });
  expect((await page.goto('/settings/tokens?cursor=o123'))?.status()).toBe(422);
  await ready(page);
  await expect(page.getByText('This link to a page of the table is damaged.')).toBeVisible();
  await page.getByRole('link', { name: 'First page' }).click();
  await expect(page).toHaveURL('/settings/tokens');
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('without tokens the page says what one is for, and offers the first', async ({ page }) => {
  await visitTokens(page);
  await expect(page.getByText('No tokens yet')).toBeVisible();
  await expect(page.getByText('A token lets a program call your API')).toBeVisible();
  await expect(createButton(page)).toBeVisible();
  await page.getByRole('link', { name: 'Create your first token' }).click();
  await expect(prompt(page, 'Create token').getByLabel('Name')).toBeFocused();
  await page.keyboard.press('Escape');
  await created(page, { name: 'Nightly backup' });
  await expect(page.getByText('No tokens yet')).toBeHidden();
});

test('an address that leads nowhere says so, and leads to the tokens', async ({ page, complaints }) => {
  complaints.expectStatus(404);
  for (const path of ['/nowhere', '/settings/tokens/new/more']) {
    expect((await page.goto(path))?.status()).toBe(404);
    await expect(page).toHaveTitle('Page not found · Tokenry');
    await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
    await page.getByRole('link', { name: 'Go to the tokens' }).click();
    await expect(heading(page)).toBeVisible();
    await expect(page).toHaveTitle('Tokens · Tokenry');
  }
});

test('many permissions are summed up, and a button shows them all', async ({ page }) => {
  await make(page, { name: 'Deploy bot', permissions: ['projects:read', 'projects:write', 'members:read', 'webhooks:write'] });
  await make(page, { name: 'Dashboard', permissions: ['projects:read'] });
  await visitTokens(page);
  await expect(row(page, 'Dashboard').getByRole('button', { name: 'Show all' })).toBeHidden();

  const more = row(page, 'Deploy bot').getByRole('button', { name: 'show all 4 permissions' });
  await expect(more).toHaveText('+3');
  await expect(row(page, 'Deploy bot').getByText('webhooks:write')).toBeHidden();
  await more.click();
  await expect(row(page, 'Deploy bot').getByText('webhooks:write')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(row(page, 'Deploy bot').getByText('webhooks:write')).toBeHidden();
  await more.press('Enter');
  await expect(row(page, 'Deploy bot').getByText('webhooks:write')).toBeVisible();
});

test('a token that nobody has used says so, and when it was made in its title', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  const unused = row(page, 'Nightly backup').getByText('Never used');
  await expect(unused).toHaveAttribute('title', /^Created \d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC$/);
  await expect(dots(page, 'Nightly backup')).toBeVisible();
});
