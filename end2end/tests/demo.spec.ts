// The demonstration, as it looks right after `tokenry demo`.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { atSignIn, signOut } from '../steps/people.ts';
import { ready, choose, create, prompt, row, settled } from '../steps/tokens.ts';

test.use({ begin: 'demo' });

const note = (page: Page) => page.getByRole('note').filter({ hasText: 'This is a demonstration: its data is made up, and gone when it stops.' });
const token = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

async function openTokens(page: Page): Promise<void> {
  await page.goto('/settings/tokens');
  await ready(page);
  await expect(page.getByRole('heading', { name: /^Tokens/ })).toBeVisible();
}

/** Opens the page of a token that is used often. */
async function openBusyOne(page: Page): Promise<void> {
  await page.goto('/settings/tokens?q=Storefront+(production)');
  await token(page, 'Storefront (production)').click();
  await expect(page.getByRole('heading', { name: 'Storefront (production)' })).toBeVisible();
}

test('whoever opens it is signed in, and the table has three pages', async ({ page }) => {
  await openTokens(page);
  await expect(page.getByRole('navigation', { name: 'Main' })).toContainText('Pelican Parcel');
  await expect(note(page)).toBeVisible();
  const older = page.getByRole('link', { name: 'Older' });
  await older.click();
  await expect(page).toHaveURL(/cursor=/);
  const second = page.url();
  await older.click();
  await expect(page).not.toHaveURL(second);
  await expect(older).toBeHidden();
  await expect(token(page, 'API gateway')).toBeVisible();
});

test('its tokens were used until now', async ({ page }) => {
  await openBusyOne(page);
  await expect(page.getByRole('region', { name: 'Activity', exact: true })).toContainText(/verifications in the last 24 hours/);
  await expect(page.getByRole('img', { name: /^Chart: / })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Addresses and clients' })).toContainText('API gateway');
});

test('a token is made there like anywhere, and found at the top', async ({ page }) => {
  await openTokens(page);
  await create(page, { name: 'My own', permissions: ['Tracking Read'] });
  await expect(note(page)).toBeAttached();
  await page.goto('/settings/tokens');
  await expect(row(page, 'My own')).toBeVisible();
});

test('one signs out, and in again as somebody else', async ({ page }) => {
  await openTokens(page);
  await signOut(page);
  await expect(note(page)).toBeVisible();
  const password = await page.getByText(/^All sample accounts have the password/).getByRole('code').innerText();
  await page.getByLabel('E-mail address').fill('vera@pelican.example');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toContainText('viewer');
});

const SCREENS: Record<string, (page: Page) => Promise<void>> = {
  'the tokens': openTokens,
  'a token': openBusyOne,
  'the overview': async (page) => {
    await page.goto('/overview');
    await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  },
  'the deleted tokens': async (page) => {
    await page.goto('/settings/tokens/deleted');
    await expect(page.getByRole('link', { name: /^Restore / }).first()).toBeVisible();
  },
  'a prompt': async (page) => {
    await openTokens(page);
    await choose(page, 'Gift cards', 'Edit');
    await expect(prompt(page, 'Edit token')).toBeVisible();
  },
  'another prompt': async (page) => {
    await openTokens(page);
    await choose(page, 'Gift cards', 'Rotate');
    await expect(prompt(page, 'Rotate token').getByRole('radio').first()).toBeVisible();
  },
  'the permissions': async (page) => {
    await page.goto('/settings/permissions');
    await expect(page.getByRole('heading', { name: 'No longer in the catalogue' })).toBeVisible();
  },
  'the people': async (page) => {
    await page.goto('/settings/people');
    await expect(page.getByRole('cell', { name: 'Invited' })).toBeVisible();
  },
  'the audit log': async (page) => {
    await page.goto('/settings/audit');
    await expect(page.getByRole('cell', { name: 'Created token' }).first()).toBeVisible();
  },
  'the rules of the workspace': async (page) => {
    await page.goto('/settings/general');
    await expect(page.getByLabel('Name')).toHaveValue('Pelican Parcel');
  },
  'the sign-in page': async (page) => {
    await page.goto('/sign-in');
    await expect(atSignIn(page)).toBeVisible();
  },
};

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('every screen says that it is a demonstration, and can be used by everybody', async ({ page, usable, validHtml }) => {
      test.slow();
      for (const [screen, open] of Object.entries(SCREENS)) {
        await open(page);
        // Found by text, not by role: behind an open prompt the note is inert.
        await expect(page.getByText('This is a demonstration'), screen).toBeVisible();
        await settled(page);
        await usable(page);
      }
      await validHtml('/settings/tokens');
      await validHtml('/sign-in');
    });
  });
}
