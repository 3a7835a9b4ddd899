// Signing in through an identity provider: a real one, in a process of its own.
import { expect, test as base } from '../fixtures.ts';
import { atSignIn, tab } from '../steps/people.ts';
import { IdentityProvider, signInAtProvider } from '../steps/provider.ts';
import { heading, prompt, ready } from '../steps/tokens.ts';

const test = base.extend<{ provider: IdentityProvider }>({
  provider: async ({}, use) => {
    const provider = new IdentityProvider();
    await use(provider);
    await provider.stop();
  },
});

const THROUGH_ACME = { name: 'Sign in with Acme' };

test.use({ begin: 'signed out' });
// The provider's own pages ask for an icon that it does not have, and for a font from elsewhere.
test.beforeEach(async ({ complaints, context }) => {
  complaints.expectStatus(404);
  await context.route(/^https:/, (route) => route.fulfill({ contentType: 'text/css', body: '' }));
});

test('somebody new joins through a provider, with the role of their groups, and signs out of both', async ({ page, server, provider, usable }) => {
  await provider.serve(server);
  await page.goto('/settings/tokens');
  await usable(page);
  await page.getByRole('link', THROUGH_ACME).click();
  await signInAtProvider(page, 'grace');
  await expect(page).toHaveURL('/settings/tokens');
  await ready(page);
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Grace Hopper member' })).toBeVisible();
  await page.goto('/profile');
  await expect(page.getByText('You sign in as grace@example.com.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Sign-in through providers' })).toBeVisible();
  await expect(page.getByText('Groups: staff')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Change password' })).toBeHidden();
  await usable(page);

  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Sign out' }).click();
  await expect(atSignIn(page)).toBeVisible();
  await page.getByRole('link', { name: 'Sign out of Acme, too' }).click();
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  // Whoever comes next is asked who they are.
  await page.getByRole('link', THROUGH_ACME).click();
  await expect(page.getByPlaceholder('Enter any login')).toBeVisible();
});

test('whoever has a group at the provider is in the group here that follows it', async ({ page, as, server, provider }) => {
  await provider.serve(server);
  const otto = await as('otto', 'admin');
  await otto.goto('/settings/groups/new');
  const create = prompt(otto, 'Create group');
  await create.getByLabel('Name').fill('Platform');
  await create.getByRole('button', { name: 'Create' }).click();
  await expect(otto.getByRole('heading', { name: 'Platform' })).toBeVisible();
  await page.goto('/sign-in');
  await page.getByRole('link', THROUGH_ACME).click();
  await signInAtProvider(page, 'grace');
  await expect(heading(page)).toBeVisible();
  await otto.reload();
  await expect(otto.getByRole('row', { name: 'Grace Hopper' })).toBeVisible();
});

test('with passwords off, the provider is the only way in, and makes an admin', async ({ page, server, provider, usable }) => {
  await provider.serve(server, '--password-sign-in', 'off');
  await page.goto('/sign-in');
  await expect(page.getByLabel('Password')).toBeHidden();
  await usable(page);
  await page.getByRole('link', THROUGH_ACME).click();
  await signInAtProvider(page, 'boss');
  await expect(heading(page)).toBeVisible();
  await tab(page, 'People').click();
  const boss = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Boss Hopper' }) });
  await expect(boss.getByRole('cell', { name: 'admin' })).toBeVisible();
  await expect(boss.getByRole('cell', { name: 'Active' })).toBeVisible();
});

test('a provider that is away is named, and a password still leads in', async ({ page, server, provider, complaints }) => {
  complaints.expectStatus(503);
  await provider.serve(server);
  await provider.stop();
  await page.goto('/sign-in');
  await page.getByRole('link', THROUGH_ACME).click();
  await expect(page.getByText('Acme cannot be reached right now. Try again in a moment.')).toBeVisible();
  await expect(page.getByLabel('Password')).toBeVisible();
});
