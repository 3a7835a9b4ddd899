// Finding a permission among many.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { addWithout } from '../steps/permissions.ts';
import { ready, choice, prompt, toggle } from '../steps/tokens.ts';
import { press } from '../steps/watch.ts';

const creator = (page: Page) => prompt(page, 'Create token');
const search = (page: Page) => creator(page).getByRole('searchbox', { name: 'Find a permission' });

async function openNew(page: Page): Promise<void> {
  await page.goto('/settings/tokens/new');
  await ready(page);
  await expect(creator(page).getByText('No permissions selected yet')).toBeVisible();
}

async function openMany(page: Page): Promise<void> {
  for (const name of ['builds', 'deploys']) await addWithout(page, { name, description: `All ${name} of the night`, actions: 'read\nabort' });
  await openNew(page);
}

test('few permissions need no search', async ({ page }) => {
  await openNew(page);
  await expect(search(page)).toHaveCount(0);
});

test('rows are found by their labels, descriptions, actions and names', async ({ page }) => {
  await openMany(page);
  const deploys = choice(creator(page), 'Deploys', 'Abort');
  const projects = choice(creator(page), 'Projects', 'Read');
  for (const text of ['DEPLOYS', 'deploys of the night', 'abort', ' deploys:read ']) {
    await search(page).fill(text);
    await expect(deploys, text).toBeVisible();
    await expect(projects, text).toBeHidden();
  }
  await search(page).fill('');
  await expect(projects).toBeVisible();
});

test('what is hidden stays chosen, is counted and is created', async ({ page }) => {
  await openMany(page);
  await choice(creator(page), 'Projects', 'Read').check();
  await search(page).fill('deploys');
  await choice(creator(page), 'Deploys', 'Abort').check();
  await expect(creator(page).getByText('2 selected.')).toBeVisible();
  await search(page).fill('nothing like it');
  await expect(creator(page).getByText('No matching permissions.')).toBeVisible();
  await expect(creator(page).getByText('2 selected.')).toBeVisible();
  await expect(creator(page).getByText('This token will be able to')).toContainText('read projects, and abort deploys');
  await creator(page).getByLabel('Name').fill('Sync');
  await creator(page).getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“Sync” is ready')).toBeVisible();
});

test('Escape begins the search anew, and only then closes the prompt', async ({ page }) => {
  await openMany(page);
  const projects = choice(creator(page), 'Projects', 'Read');
  await search(page).fill('deploys');
  await expect(projects).toBeHidden();
  await press(page, 'Escape');
  await expect(search(page)).toHaveValue('');
  await expect(projects).toBeVisible();
  await expect(search(page)).toBeFocused();
  await press(page, 'Escape');
  await expect(creator(page)).toBeHidden();
});

test('what is folded away is found, too', async ({ page }) => {
  await openMany(page);
  const verify = choice(creator(page), 'Tokenry’s tokens', 'Verify');
  await expect(verify).toBeHidden();
  await search(page).fill('verify');
  await expect(verify).toBeVisible();
  await search(page).fill('deploys');
  await expect(creator(page).getByText('Tokenry API'), 'nothing in it fits').toBeHidden();
  await search(page).fill('');
  await expect(verify).toBeVisible();
  await toggle(creator(page), 'Tokenry API');
  await expect(verify).toBeHidden();
});

test('Enter in the search sends nothing', async ({ page }) => {
  await openMany(page);
  await search(page).fill('deploys');
  await press(page, 'Enter');
  await expect(search(page)).toBeFocused();
  await expect(creator(page).getByText('Give the token a name')).toBeHidden();
  await press(page, 'Tab');
  await press(page, 'Space');
  await expect(choice(creator(page), 'Deploys', 'Read')).toBeChecked();
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('the search can be used by everybody', async ({ page, usable }) => {
      await openMany(page);
      await search(page).fill('deploys');
      await usable(page);
      await search(page).fill('nothing like it');
      await expect(creator(page).getByText('No matching permissions.')).toBeVisible();
      await usable(page);
    });
  });
}
