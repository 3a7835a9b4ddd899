// Settings > Webhooks: set up, changed and deleted, with and without scripts; and what people are told of by mail.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { tab } from '../steps/people.ts';
import { prompt, settled, toast } from '../steps/tokens.ts';

async function visitWebhooks(page: Page): Promise<void> {
  await page.goto('/settings/webhooks');
  await expect(page.getByRole('heading', { name: 'Webhooks', exact: true })).toBeVisible();
  await settled(page);
}

async function create(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Create webhook' }).click();
  const form = prompt(page, 'Create webhook');
  await form.getByLabel('Name', { exact: true }).fill(name);
  await form.getByLabel('URL').fill('https://example.com/hook');
  await form.getByText('Tokens', { exact: true }).click();
  await form.getByLabel('Created token').check();
  await form.getByRole('button', { name: 'Create', exact: true }).click();
}

test('a webhook is created, shows its secret once, is edited and deleted', async ({ page }) => {
  await page.goto('/settings/tokens');
  await tab(page, 'Webhooks').click();
  await create(page, 'Chat');
  const reveal = prompt(page, '“Chat” is ready');
  const secret = await reveal.getByRole('textbox', { name: 'Secret' }).innerText();
  expect(secret).toMatch(/^whsec_[0-9A-Za-z+/=]{44}$/);
  await reveal.getByRole('button', { name: 'Copy' }).click();
  await reveal.getByRole('button', { name: 'Done' }).click();
  await expect(toast(page, 'Created “Chat”.')).toBeVisible();
  expect(await page.content()).not.toContain(secret);

  await page.getByRole('link', { name: 'Chat' }).click();
  await expect(page.getByRole('heading', { name: 'Chat' })).toBeVisible();
  await page.getByRole('link', { name: 'Edit' }).click();
  const edit = prompt(page, 'Edit webhook');
  await expect(edit.getByLabel('URL')).toHaveValue('https://example.com/hook');
  await edit.getByLabel('Name', { exact: true }).fill('Team chat');
  await edit.getByLabel(/^Paused/).check();
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'Team chat' })).toBeVisible();
  await expect(page.getByText('Nothing is sent. Events wait until it is resumed.')).toBeVisible();

  await page.getByRole('link', { name: 'Delete' }).click();
  await prompt(page, 'Delete webhook').getByRole('button', { name: 'Confirm' }).click();
  await expect(toast(page, 'Deleted “Team chat”.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No webhooks yet' })).toBeVisible();
});

test('a URL inside of the network is refused beside its field', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await visitWebhooks(page);
  await page.getByRole('link', { name: 'Create webhook' }).click();
  const form = prompt(page, 'Create webhook');
  await form.getByLabel('Name', { exact: true }).fill('Inside');
  await form.getByLabel('URL').fill('https://127.0.0.1/hook');
  await form.getByLabel(/^Everything, in order/).check();
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(form.getByLabel('URL')).toHaveAccessibleDescription(/This is an address inside of a network\./);
  await expect(form.getByLabel(/^Everything, in order/), 'what was ticked stays').toBeChecked();
});

test('everybody chooses what they are told of', async ({ page }) => {
  await page.goto('/profile');
  await settled(page);
  const choice = page.getByLabel('Somebody else rotates a token: yours');
  await expect(choice).toHaveValue('at_once');
  await choice.selectOption('Once a day');
  await page.getByRole('button', { name: 'Save notifications' }).click();
  await expect(toast(page, 'Saved your notifications.')).toBeVisible();
  await page.reload();
  await expect(choice).toHaveValue('daily');
});

for (const { name, use } of DEVICES) {
  test.describe(name, () => {
    test.use(use);
    test('the screens of webhooks can be used in every look', async ({ page, usable }) => {
      await visitWebhooks(page);
      await create(page, 'A rather long name of a receiver of events');
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.getByRole('button', { name: 'Done' }).click();
      await expect(page.getByRole('dialog')).toBeHidden();
      await usable(page);
      await page.getByRole('link', { name: /^A rather long/ }).click();
      await expect(page.getByText('Nothing was sent yet.')).toBeVisible();
      await usable(page);
    });
  });
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });
  test('a webhook is created and deleted', async ({ page }) => {
    await page.goto('/settings/webhooks');
    await create(page, 'Chat');
    const reveal = prompt(page, '“Chat” is ready');
    await expect(reveal.getByRole('textbox', { name: 'Secret' })).toContainText('whsec_');
    await reveal.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'Chat' }).click();
    await page.getByRole('link', { name: 'Delete' }).click();
    await prompt(page, 'Delete webhook').getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('heading', { name: 'No webhooks yet' })).toBeVisible();
  });
});
