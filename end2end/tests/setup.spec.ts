// The first start: the link that the server prints makes one person the first admin, once.
import { expect, test } from '../fixtures.ts';
import { ADA, PASSWORD, tab, typeNewPassword } from '../steps/people.ts';
import { ready, created, heading } from '../steps/tokens.ts';
import type { Page } from '@playwright/test';

test.use({ begin: 'empty', permissions: ['clipboard-read', 'clipboard-write'] });

const ENDED = 'This link has expired or was already used.';

async function setUp(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await expect(page, 'the code leaves the address').toHaveURL('/setup');
  await page.getByLabel('Your name').fill(ADA.name);
  await page.getByLabel('E-mail address').fill(ADA.email);
  await typeNewPassword(page, PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(heading(page)).toBeVisible();
}

test('a new house prints one link, and lets nobody in without it', async ({ page, server, complaints }) => {
  complaints.expectStatus(404);
  expect(server.setupLinks()).toHaveLength(1);
  expect(server.setupLinks()[0]).toMatch(new RegExp(`^${server.url}/setup\\?code=[0-9a-f]{64}$`));
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Tokenry is not set up yet' })).toBeVisible();
  await expect(page.getByText('tokenry person add')).toBeVisible();
  for (const guess of ['/setup', '/setup?code=', `/setup?code=${'0'.repeat(64)}`]) {
    expect((await page.goto(guess))?.status()).toBe(404);
    await expect(page.getByText(ENDED)).toBeVisible();
    await expect(page.getByText('Restart Tokenry to get a new link.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Go to sign-in' })).toBeVisible();
  }
});

test('the first person is an admin, and can make tokens at once', async ({ page, server }) => {
  await setUp(page, server.setupLinks()[0] ?? '');
  await ready(page);
  await expect(page).toHaveURL('/settings/tokens');
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: `${ADA.name} admin` })).toBeVisible();
  await created(page, { name: 'Nightly backup' });
  await tab(page, 'People').click();
  const ada = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: ADA.name }) });
  await expect(ada.getByRole('cell', { name: 'admin' })).toBeVisible();
  await expect(ada.getByRole('cell', { name: 'Active' })).toBeVisible();
  await expect(tab(page, 'Audit log')).toBeVisible();
});

test('a password that is short, common or mistyped is refused with a sentence, and the rest is kept', async ({ page, server, complaints }) => {
  complaints.expectStatus(422);
  await page.goto(server.setupLinks()[0] ?? '');
  await expect(page.getByLabel('Your name')).toBeFocused();
  await page.getByLabel('Your name').fill(ADA.name);
  await page.getByLabel('E-mail address').fill(ADA.email);
  const password = page.getByLabel('New password', { exact: true });
  const refused = async (typed: string, sentence: RegExp, again = typed) => {
    await typeNewPassword(page, typed, again);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(password).toHaveAccessibleDescription(sentence);
    await expect(password).toHaveAttribute('aria-invalid', 'true');
    await expect(password).toHaveValue('');
    await expect(page.getByLabel('Your name')).toHaveValue(ADA.name);
    await expect(page.getByLabel('E-mail address')).toHaveValue(ADA.email);
  };
  await refused('violet kettles', /Use at least 15 characters\. This has 14\./);
  await refused('passwordpassword', /This password is one of the first that anybody would try\./);
  await refused(ADA.email, /This password is one of the first that anybody would try\./);
  await refused(PASSWORD, /The two passwords are not the same\./, 'seventeen violet kettle');

  await typeNewPassword(page, PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(heading(page)).toBeVisible();
});

test('every field that is wrong is told at once', async ({ page, server, complaints }) => {
  complaints.expectStatus(422);
  await page.goto(server.setupLinks()[0] ?? '');
  await page.getByLabel('Your name').fill(' ');
  await typeNewPassword(page, 'short');
  await page.getByRole('button', { name: 'Create account' }).click();
  for (const label of ['Your name', 'E-mail address', 'New password']) {
    await expect(page.getByLabel(label, { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByLabel(label, { exact: true })).toHaveAccessibleDescription(/\.$/);
  }
});

test('the link works once, and never again after a restart', async ({ page, server, elsewhere, complaints }) => {
  complaints.expectStatus(404);
  complaints.expectOutage();
  const link = server.setupLinks()[0] ?? '';
  await setUp(page, link);
  const other = await elsewhere();
  const isOver = async (one: Page, wayOn: string) => {
    expect((await one.goto(link))?.status()).toBe(404);
    await expect(one.getByText(ENDED)).toBeVisible();
    await expect(one.getByRole('link', { name: wayOn })).toBeVisible();
  };
  await isOver(other, 'Go to sign-in');
  await server.stop();
  await server.start();
  expect(server.setupLinks(), 'somebody can sign in').toEqual([]);
  await isOver(other, 'Go to sign-in');
  await page.goto('/settings/tokens');
  await expect(heading(page), 'who is signed in stays so').toBeVisible();
});

test('a form that was open while somebody else was quicker says so', async ({ page, server, elsewhere, complaints }) => {
  complaints.expectStatus(404);
  const link = server.setupLinks()[0] ?? '';
  const slow = await elsewhere();
  await slow.goto(link);
  await slow.getByLabel('Your name').fill('Mallory Vane');
  await slow.getByLabel('E-mail address').fill('mallory@example.com');
  await typeNewPassword(slow, 'nineteen orange lanterns');
  await setUp(page, link);
  await slow.getByRole('button', { name: 'Create account' }).click();
  await expect(slow.getByText(ENDED)).toBeVisible();
  expect(server.command(['person', 'list'])).not.toContain('mallory');
});

test('a restart before anybody came prints another link, and ends the one before', async ({ page, server, complaints }) => {
  complaints.expectStatus(404);
  const first = server.setupLinks()[0] ?? '';
  await server.stop();
  await server.start();
  const second = server.setupLinks()[0] ?? '';
  expect(second).not.toBe(first);
  expect((await page.goto(first))?.status()).toBe(404);
  await setUp(page, second);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a house is set up', async ({ page, server }) => {
    await setUp(page, server.setupLinks()[0] ?? '');
    await expect(page.getByRole('navigation', { name: 'Main' })).toContainText('admin');
  });
});
