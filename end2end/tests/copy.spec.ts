// Copy reports what really happened: with the clipboard API, without it as on plain HTTP, and when nothing works.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { FROM_HERE, about, linkIn, named, visitPeople } from '../steps/people.ts';
import { ready, create, createButton, prompt, visitTokens } from '../steps/tokens.ts';
import { pasted } from '../steps/watch.ts';

const reveal = (page: Page) => prompt(page, /is ready/);

/** Pastes into a new prompt, to read what Copy left on the clipboard. */
async function pasteIntoANewPrompt(page: Page): Promise<string> {
  await reveal(page).getByRole('button', { name: 'Done' }).click();
  await createButton(page).click();
  return pasted(prompt(page, 'Create token').getByLabel('Name'));
}

/** As on plain HTTP, where browsers have no clipboard API. */
async function takeTheClipboardAway(page: Page): Promise<void> {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined }));
}

async function refuseEveryCommand(page: Page): Promise<void> {
  await page.addInitScript(() => {
    document.execCommand = () => false;
  });
}

test('Copy puts the secret on the clipboard', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup' });
  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(reveal(page).getByRole('status')).toHaveText('Copied to the clipboard.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  expect(await pasteIntoANewPrompt(page)).toBe(secret);
});

test('without the clipboard API, Copy puts it there by way of the selection', async ({ page }) => {
  await takeTheClipboardAway(page);
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup' });
  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(reveal(page).getByRole('status')).toHaveText('Copied to the clipboard.');
  expect(await pasteIntoANewPrompt(page)).toBe(secret);
});

test('when the clipboard API refuses, Copy goes the other way', async ({ page }) => {
  await page.addInitScript(() => {
    Clipboard.prototype.writeText = () => Promise.reject(new Error('not allowed'));
  });
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup' });
  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(reveal(page).getByRole('status')).toHaveText('Copied to the clipboard.');
  expect(await pasteIntoANewPrompt(page)).toBe(secret);
});

test('when nothing can copy, it says so and leaves the secret selected', async ({ page }) => {
  await takeTheClipboardAway(page);
  await refuseEveryCommand(page);
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup' });
  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(reveal(page).getByRole('status')).toHaveText(/^This browser does not let the page copy\. The secret is selected/);
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(secret);
  await reveal(page).getByRole('button', { name: 'Done' }).click();
  await expect(reveal(page).getByRole('alert')).toContainText('The secret has not been copied.');
});

test('the keys that copy a selection count too', async ({ page }) => {
  await takeTheClipboardAway(page);
  await refuseEveryCommand(page);
  await visitTokens(page);
  const secret = await create(page, { name: 'Nightly backup' });
  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(reveal(page).getByRole('status')).toContainText('press Ctrl+C');
  await page.keyboard.press('ControlOrMeta+C');
  await expect(reveal(page).getByRole('status')).toHaveText('Copied to the clipboard.');
  expect(await pasteIntoANewPrompt(page)).toBe(secret);
});

test.describe('a link for somebody', () => {
  const shown = (page: Page) => prompt(page, /^A link for/);

  async function makeLink(page: Page): Promise<string> {
    const form = { name: named('ines').name, email: named('ines').email, role: 'member' };
    await page.request.post('/settings/people/new', { headers: FROM_HERE, form });
    await visitPeople(page);
    await about(page, named('ines'), 'Reset password');
    await prompt(page, 'Reset password').getByRole('button', { name: 'Create reset link' }).click();
    const link = await linkIn(shown(page));
    await ready(page);
    return link;
  }

  test('is copied by way of the selection where there is no clipboard API', async ({ page }) => {
    await takeTheClipboardAway(page);
    const link = await makeLink(page);
    await shown(page).getByRole('button', { name: 'Copy' }).click();
    await expect(shown(page).getByRole('status')).toHaveText('Copied to the clipboard.');
    await page.goto('/profile');
    expect(await pasted(page.getByLabel('Display name'))).toBe(link);
  });

  test('stays selected when nothing can copy, and that is said', async ({ page }) => {
    await takeTheClipboardAway(page);
    await refuseEveryCommand(page);
    const link = await makeLink(page);
    await shown(page).getByRole('button', { name: 'Copy' }).click();
    await expect(shown(page).getByRole('status')).toHaveText(/^This browser does not let the page copy\. The link is selected/);
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(link);
  });
});
