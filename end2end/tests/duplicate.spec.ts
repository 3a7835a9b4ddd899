// Duplicating a token: the values of the copy, the way back, and the owner of the copy.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { about, isDone, named, visitPeople } from '../steps/people.ts';
import { ready, choice, choose, createButton, dots, make, prompt, row, visitTokens } from '../steps/tokens.ts';
import { press } from '../steps/watch.ts';

const creator = (page: Page) => prompt(page, 'Create token');
const send = (page: Page) => creator(page).getByRole('button', { name: 'Create', exact: true }).click();

test('a copy that is cancelled gives the focus back to the token, and leaves the list as it was', async ({ page }) => {
  await make(page, { name: 'Sync' });
  await make(page, { name: 'Sync 2' });
  await page.goto('/settings/tokens?q=sync');
  await ready(page);
  for (const close of ['Escape', 'Cancel', 'Back']) {
    await test.step(`with ${close}`, async () => {
      await dots(page, 'Sync').press('Enter');
      await press(page, 'ArrowDown', 'ArrowDown', 'Enter');
      await expect(creator(page).getByLabel('Name')).toBeFocused();
      await expect(creator(page).getByLabel('Name')).toHaveValue('Copy of Sync');
      await expect(page).toHaveURL(/\/settings\/tokens\/new\?from=[0-9a-f-]{36}&q=sync$/);
      await expect(page).toHaveTitle('Create token · Tokenry');
      if (close === 'Escape') await press(page, 'Escape');
      else if (close === 'Back') await page.goBack();
      else await creator(page).getByRole('link', { name: 'Cancel' }).press('Enter');
      await expect(page.getByRole('dialog')).toBeHidden();
      await expect(page).toHaveURL('/settings/tokens?q=sync');
      await expect(dots(page, 'Sync')).toBeFocused();
    });
  }
  await createButton(page).click();
  await expect(creator(page).getByLabel('Name'), 'a new one begins from nothing').toHaveValue('');
  await press(page, 'Escape');
  await expect(createButton(page)).toBeFocused();
});

test('a second copy needs a name of its own', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await make(page, { name: 'Sync', permissions: ['billing:write'] });
  await make(page, { name: 'Copy of Sync' });
  await visitTokens(page);
  await choose(page, 'Sync', 'Duplicate');
  await send(page);
  await expect(creator(page).getByLabel('Name')).toHaveAccessibleDescription(/Another token has this name/);
  await expect(creator(page).getByLabel('Name')).toBeFocused();
  await creator(page).getByLabel('Name').fill('Sync for the archive');
  await send(page);
  await expect(prompt(page, '“Sync for the archive” is ready')).toBeVisible();
});

test('a member copies a token without what only admins give', async ({ page, server, as }) => {
  const ines = await as('ines', 'admin');
  await make(ines, { name: 'Gateway', permissions: ['projects:read', 'tokenry.tokens:verify'] });
  await visitPeople(page);
  await about(page, named('ines'), 'Change role');
  const form = prompt(page, 'Change role');
  await expect(form).toContainText('1 token of theirs can no longer use Tokenry itself: “Gateway”.');
  await form.getByRole('radio', { name: 'member' }).check();
  await form.getByRole('button', { name: 'Save' }).click();
  await isDone(page, `${named('ines').name} is now a member.`);

  await ines.goto(`${server.url}/settings/tokens`);
  await ready(ines);
  await choose(ines, 'Gateway', 'Duplicate');
  await expect(creator(ines).getByText('This token will be able to')).toHaveText('This token will be able to read projects, and nothing else.');
  await expect(choice(creator(ines), 'Projects', 'Read')).toBeChecked();
  await send(ines);
  await prompt(ines, '“Copy of Gateway” is ready').getByRole('button', { name: 'Done' }).click();
  await prompt(ines, '“Copy of Gateway” is ready').getByRole('button', { name: 'Close without copying' }).click();
  await expect(row(ines, 'Copy of Gateway')).toContainText('projects:read');
});
