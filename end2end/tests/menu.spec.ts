// The three dots follow the menu button pattern of ARIA.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { choose, createButton, dots, make, prompt, visitTokens, type TokenAction } from '../steps/tokens.ts';
import { pasted, press } from '../steps/watch.ts';

const item = (page: Page, name: TokenAction) => page.getByRole('menuitem', { name });

test.beforeEach(async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
});

for (const key of ['Enter', 'Space', 'ArrowDown']) {
  test(`${key} opens the menu on its first item`, async ({ page }) => {
    await dots(page, 'Deploy bot').press(key);
    await expect(page.getByRole('menu', { name: 'Actions for Deploy bot' })).toBeVisible();
    await expect(item(page, 'Edit')).toBeFocused();
  });
}

test('ArrowUp opens the menu on its last item', async ({ page }) => {
  await dots(page, 'Deploy bot').press('ArrowUp');
  await expect(item(page, 'Delete')).toBeFocused();
});

test('a click opens the menu on its first item', async ({ page }) => {
  await dots(page, 'Deploy bot').click();
  await expect(item(page, 'Edit')).toBeFocused();
});

test('the arrows walk in a circle', async ({ page }) => {
  await dots(page, 'Deploy bot').press('ArrowDown');
  for (const next of ['Rotate', 'Duplicate', 'Transfer', 'Disable', 'Copy ID', 'View activity', 'Delete'] as const) {
    await press(page, 'ArrowDown');
    await expect(item(page, next)).toBeFocused();
  }
  await press(page, 'ArrowDown');
  await expect(item(page, 'Edit')).toBeFocused();
  await press(page, 'ArrowUp');
  await expect(item(page, 'Delete')).toBeFocused();
});

test('Home, End and first letters lead to an item', async ({ page }) => {
  await dots(page, 'Deploy bot').press('ArrowDown');
  await press(page, 'End');
  await expect(item(page, 'Delete')).toBeFocused();
  await press(page, 'Home');
  await expect(item(page, 'Edit')).toBeFocused();
  for (const next of ['Duplicate', 'Disable', 'Delete'] as const) {
    await press(page, 'd');
    await expect(item(page, next)).toBeFocused();
  }
  await press(page, 't');
  await expect(item(page, 'Transfer')).toBeFocused();
  await press(page, 'E');
  await expect(item(page, 'Edit')).toBeFocused();
  await press(page, 'x');
  await expect(item(page, 'Edit')).toBeFocused();
});

test('Enter and Space choose', async ({ page }) => {
  await dots(page, 'Deploy bot').press('ArrowDown');
  await press(page, 'Space');
  await expect(prompt(page, 'Edit token').getByLabel('Name')).toHaveValue('Deploy bot');
  await press(page, 'Escape');
  await expect(dots(page, 'Deploy bot')).toBeFocused();
  await press(page, 'ArrowUp', 'Enter');
  await expect(prompt(page, 'Delete token')).toContainText('Deploy bot');
});

test('Escape closes the menu and gives the focus back to the dots', async ({ page }) => {
  await dots(page, 'Deploy bot').press('ArrowDown');
  await press(page, 'Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(dots(page, 'Deploy bot')).toBeFocused();
});

test('Tab closes the menu and goes on behind the dots', async ({ page }) => {
  await dots(page, 'Deploy bot').press('ArrowDown');
  await press(page, 'Tab');
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(page.getByRole('checkbox', { name: 'Select Nightly backup' }), 'the choice of the next one').toBeFocused();
  await press(page, 'Tab', 'Tab');
  await expect(dots(page, 'Nightly backup')).toBeFocused();
  await press(page, 'ArrowDown', 'Shift+Tab');
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(page.getByRole('link', { name: 'Nightly backup', exact: true })).toBeFocused();
});

test('a click elsewhere closes the menu, and another one opens its own', async ({ page }) => {
  await dots(page, 'Nightly backup').click();
  await dots(page, 'Deploy bot').click();
  await expect(page.getByRole('menu', { name: 'Actions for Deploy bot' })).toBeVisible();
  await expect(page.getByRole('menu', { name: 'Actions for Nightly backup' })).toBeHidden();
  await page.getByRole('heading', { name: 'Settings' }).click();
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(createButton(page)).toBeVisible();
});

test('a second click on the dots closes the menu', async ({ page }) => {
  await dots(page, 'Deploy bot').click();
  await dots(page, 'Deploy bot').click();
  await expect(page.getByRole('menu')).toBeHidden();
});

test.describe('with a clipboard', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('the id of a token is copied', async ({ page }) => {
    const href = (await page.getByRole('link', { name: 'Deploy bot', exact: true }).getAttribute('href')) ?? '';
    await choose(page, 'Deploy bot', 'Copy ID');
    await expect(page.getByText('Copied the ID.')).toBeVisible();
    expect(await pasted(page.getByRole('searchbox'))).toBe(href.split('/').pop());
  });
});

test('where nothing can be copied, the id is shown instead', async ({ page, server }) => {
  // Over plain HTTP, except on localhost, a page has no clipboard API.
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await visitTokens(page);
  await choose(page, 'Deploy bot', 'Copy ID');
  await expect(page.getByRole('heading', { name: 'Deploy bot' })).toBeVisible();
  expect(page.url()).toContain(server.url);
});
