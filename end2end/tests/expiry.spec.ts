// Choosing the expiry of a token: in the reader's time zone, under a rule, with the keyboard, and without scripts.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { ready, fill, limitsIn, make, choose, prompt, soon, visitTokens } from '../steps/tokens.ts';
import { press, tabTo } from '../steps/watch.ts';

const creator = (page: Page) => prompt(page, 'Create token');
const quick = (page: Page, name: string) => creator(page).getByRole('group', { name: 'Expiry' }).getByRole('button', { name, exact: true });

async function openNew(page: Page): Promise<void> {
  await page.goto('/settings/tokens/new');
  await ready(page);
  await expect(creator(page).getByText('No expiry.', { exact: true })).toBeVisible();
}

const PLACES = [
  // Local time is left out where it equals UTC.
  { zone: 'UTC', ends: { '2099-07-01': '', '2099-12-24': '' } },
  { zone: 'Europe/Berlin', ends: { '2099-07-01': ' Your local time: 2 Jul 2099, 02:00.', '2099-12-24': ' Your local time: 25 Dec 2099, 01:00.' } },
  { zone: 'America/St_Johns', ends: { '2099-12-24': ' Your local time: 24 Dec 2099, 20:30.' } },
] as const;

for (const { zone, ends } of PLACES) {
  test.describe(`in ${zone}`, () => {
    test.use({ timezoneId: zone });

    test('an end is written out in UTC, and by the clock on the wall', async ({ page }) => {
      await openNew(page);
      for (const [day, here] of Object.entries(ends)) {
        await limitsIn(creator(page)).expires.fill(day);
        const words = day === '2099-07-01' ? '1 Jul 2099' : '24 Dec 2099';
        await expect(creator(page).getByText(`It works until the end of ${words}, UTC.${here}`, { exact: true })).toBeVisible();
      }
    });
  });
}

test.describe('across the date line', () => {
  test.use({ timezoneId: 'Pacific/Kiritimati' });

  test('so many days are counted in UTC', async ({ page }) => {
    await openNew(page);
    await quick(page, '7 days').click();
    await expect(limitsIn(creator(page)).expires).toHaveValue(soon(7));
  });
});

test('an end is chosen with the keyboard, without sending the form', async ({ page }) => {
  await openNew(page);
  await creator(page).getByLabel('Name').fill('Sync');
  await limitsIn(creator(page)).expires.focus();
  await tabTo(page, quick(page, '60 days'));
  await press(page, 'Enter');
  await expect(limitsIn(creator(page)).expires).toHaveValue(soon(60));
  await expect(quick(page, '60 days')).toBeFocused();
  await tabTo(page, quick(page, 'Never'));
  await press(page, 'Space');
  await expect(limitsIn(creator(page)).expires).toHaveValue('');
  await expect(creator(page).getByText('No expiry.', { exact: true })).toBeVisible();
  await expect(creator(page).getByText('Select at least one permission'), 'nothing was sent').toBeHidden();
});

test('a day chosen in the place of a moment is one', async ({ page }) => {
  await make(page, { name: 'Sync', limits: { expires_at: '2099-02-21T18:30:00Z' } });
  await visitTokens(page);
  await choose(page, 'Sync', 'Edit');
  const form = prompt(page, 'Edit token');
  await expect(form.getByText('It works until 21 Feb 2099, 18:30 UTC.')).toBeVisible();
  await form.getByRole('button', { name: '30 days', exact: true }).click();
  await expect(limitsIn(form).expires).toHaveValue(soon(30));
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();
  await choose(page, 'Sync', 'Edit');
  await expect(limitsIn(form).expires).toHaveAttribute('type', 'date');
});

test('where every token has to end, never is no choice', async ({ page }) => {
  await openNew(page);
  await expect(quick(page, 'Never')).toBeVisible();
  await page.goto('/settings/general');
  await ready(page);
  await page.getByLabel('Every token has to expire').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved the settings.' })).toBeVisible();
  await openNew(page);
  await expect(quick(page, '90 days')).toBeVisible();
  await expect(quick(page, 'Never')).toBeHidden();
  await expect(limitsIn(creator(page)).expires).toHaveAccessibleDescription(/Every token has to expire here\./);
  await expect(limitsIn(creator(page)).expires, 'nothing is chosen for anybody').toHaveValue('');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the date field alone is enough', async ({ page }) => {
    await page.goto('/settings/tokens/new');
    const { expires } = limitsIn(creator(page));
    await expect(expires).toHaveAccessibleDescription('Expires at the end of this day (UTC). Leave empty for no expiry.');
    await expect(creator(page).getByRole('button', { name: 'Never' })).toBeHidden();
    await fill(creator(page), { name: 'Sync', permissions: ['Projects Read'] });
    await expires.fill('2099-02-21');
    await creator(page).getByRole('button', { name: 'Create', exact: true }).click();
    await expect(prompt(page, '“Sync” is ready')).toBeVisible();
    await page.goto('/settings/tokens');
    await expect(page.getByRole('cell', { name: '21 Feb 2099' })).toBeVisible();
  });
});
