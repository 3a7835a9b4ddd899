// Pages that something in the browser has changed before the application could take them over: password managers,
// translators, extensions.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { make, prompt, ready, row } from '../steps/tokens.ts';

/** Runs as soon as the page is parsed, before the application has started. */
async function before(page: Page, change: () => void): Promise<void> {
  await page.addInitScript(`document.addEventListener('readystatechange', () => {
    if (document.readyState === 'interactive') (${change.toString()})();
  });`);
}

const CHANGES: Record<string, () => void> = {
  'a node in front of the application': () => document.body.prepend(document.createElement('div')),
  'a node behind the fields of a form': () =>
    document.querySelectorAll('form input').forEach((field) => field.after(document.createElement('span'))),
  'a node in front of a form': () => document.querySelectorAll('form').forEach((form) => form.before(document.createElement('div'))),
  'a node at the beginning of a form': () =>
    document.querySelectorAll('form').forEach((form) => form.prepend(document.createElement('div'))),
  'a node at the end of a form': () => document.querySelectorAll('form').forEach((form) => form.append(document.createElement('div'))),
  'texts in two pieces': () => {
    const texts = document.createTreeWalker(document.querySelector('#app')!, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (texts.nextNode()) found.push(texts.currentNode as Text);
    found.filter((text) => text.length > 3).forEach((text) => text.splitText(2));
  },
  'a translated page': () => {
    const texts = document.createTreeWalker(document.querySelector('#app')!, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (texts.nextNode()) found.push(texts.currentNode as Text);
    for (const text of found) {
      const font = document.createElement('font');
      font.textContent = `» ${text.data}`;
      text.replaceWith(font);
    }
  },
  'comments taken away': () => {
    const comments = document.createTreeWalker(document.querySelector('#app')!, NodeFilter.SHOW_COMMENT);
    const found: Comment[] = [];
    while (comments.nextNode()) found.push(comments.currentNode as Comment);
    found.forEach((comment) => comment.remove());
  },
};

for (const [what, change] of Object.entries(CHANGES)) {
  test(`a token is created and its secret is shown, in spite of ${what}`, async ({ page }) => {
    await before(page, change);
    await page.goto('/settings/tokens/new');
    await ready(page);
    const form = prompt(page, /Create token/);
    await form.getByRole('textbox', { name: /Name/ }).fill('Nightly backup');
    await form.getByRole('checkbox', { name: /Read/ }).first().check();
    await form.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(page.getByRole('textbox', { name: 'Secret' })).toHaveText(/^tkr_[0-9A-Za-z]{36}$/);
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(row(page, 'Nightly backup')).toBeVisible();
  });
}

test('what was typed before the page was drawn anew is kept', async ({ page }) => {
  await page.route('**/tokenry.wasm', async (route) => {
    await page.getByLabel('Name').fill('Typed early');
    await page.getByRole('checkbox', { name: 'Read' }).first().check();
    await page.evaluate(() => document.querySelector('form#token-form')!.prepend(document.createElement('div')));
    await route.continue();
  });
  await page.goto('/settings/tokens/new');
  await ready(page);
  const form = prompt(page, 'Create token');
  await expect(form.getByLabel('Name')).toHaveValue('Typed early');
  await expect(form.getByRole('checkbox', { name: 'Read' }).first()).toBeChecked();
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“Typed early” is ready')).toBeVisible();
});

test('a page that has stopped working says so, and its forms go to the server by themselves', async ({ page, complaints }) => {
  complaints.expect(/.*/);
  await make(page, { name: 'Nightly backup' });
  await page.goto('/settings/tokens');
  await ready(page);
  await page.evaluate(() => {
    dispatchEvent(new ErrorEvent('error', { error: new WebAssembly.RuntimeError('unreachable'), cancelable: true }));
  });
  await expect(page.getByRole('alert')).toContainText('This page has stopped working.');
  await page.getByRole('link', { name: 'Reload' }).click();
  await ready(page);
  await expect(row(page, 'Nightly backup')).toBeVisible();
});
