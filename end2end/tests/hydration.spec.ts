// Pages that something in the browser changed before hydration: password managers, translators, extensions. And what
// still works where the application does not start, or stops.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { fill, make, prompt, putAway, ready, row, toast } from '../steps/tokens.ts';

/** Runs as soon as the page is parsed, before hydration. */
async function before(page: Page, change: () => void): Promise<void> {
  await page.addInitScript(`document.addEventListener('readystatechange', () => {
    if (document.readyState === 'interactive') (${change.toString()})();
  });`);
}

/** Everything on the console from now on, except the browser's advice about forms. */
function messages(page: Page): string[] {
  const said: string[] = [];
  page.on('console', (message) => {
    const type: string = message.type();
    if (type !== 'verbose') said.push(`${type}: ${message.text()}`);
  });
  return said;
}

/** Requests for the application's entry script from now on. */
function starts(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('/pkg/tokenry.js')) asked.push(pathname);
  });
  return asked;
}

const CHANGES: Record<string, () => void> = {
  'a node in front of the application': () => document.body.prepend(document.createElement('div')),
  'a node inside of the application': () => document.querySelector('#app')!.prepend(document.createElement('div')),
  'a node behind the content': () => document.querySelector('main')!.after(document.createElement('div')),
  'a node behind the fields of a form': () =>
    document.querySelectorAll('form input').forEach((field) => field.after(document.createElement('span'))),
  'a node in front of a form': () =>
    document.querySelectorAll('form').forEach((form) => form.before(document.createElement('div'))),
  'a node at the beginning of a form': () =>
    document.querySelectorAll('form').forEach((form) => form.prepend(document.createElement('div'))),
  'a node at the end of a form': () =>
    document.querySelectorAll('form').forEach((form) => form.append(document.createElement('div'))),
  'a node behind a form': () =>
    document.querySelectorAll('form').forEach((form) => form.after(document.createElement('div'))),
  'a field in a box of its own': () =>
    document.querySelectorAll('form input').forEach((field) => {
      const box = document.createElement('span');
      field.replaceWith(box);
      box.append(field);
    }),
  'attributes on every field': () =>
    document.querySelectorAll('input').forEach((field) => field.setAttribute('data-manager-id', '7')),
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
    const said = messages(page);
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
    await expect(page.getByText('This page has stopped working.')).toBeHidden();
    expect(said).toEqual([]);
  });
}

test('a page that nobody has changed is taken over as it is, by one start', async ({ page }) => {
  await before(page, () => Object.assign(window, { written: document.querySelector('#token-name') }));
  const asked = starts(page);
  await page.goto('/settings/tokens/new');
  await ready(page);
  await expect(prompt(page, 'Create token').getByLabel('Name')).toBeFocused();
  const field = prompt(page, 'Create token').getByLabel('Name');
  const isTheSame = await field.evaluate((now) => (window as { written?: Element }).written === now);
  expect(isTheSame, 'the field that the server has written').toBe(true);
  expect([...new Set(asked)]).toEqual(['/pkg/tokenry.js']);
});

test('a page that somebody has changed is drawn anew by another start, from files of its own', async ({ page }) => {
  await before(page, CHANGES['a node in front of a form']!);
  const asked = starts(page);
  await page.goto('/settings/tokens/new');
  await ready(page);
  await expect(prompt(page, 'Create token').getByLabel('Name')).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(1);
  await expect(page.getByRole('main')).toHaveCount(1);
  expect([...new Set(asked)]).toEqual(['/pkg/tokenry.js', '/anew/pkg/tokenry.js']);
});

test('a password manager in the fields of the profile keeps nobody from saving', async ({ page }) => {
  const said = messages(page);
  await before(page, CHANGES['a node behind the fields of a form']!);
  await page.goto('/profile');
  await ready(page);
  await page.getByLabel('Display name').fill('Ada Moreau-Lind');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(toast(page, 'Changed your name to Ada Moreau-Lind.')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toContainText('Ada Moreau-Lind');
  expect(said).toEqual([]);
});

test('what was typed before the page was drawn anew is kept', async ({ page }) => {
  const said = messages(page);
  await page.route(
    '**/tokenry.wasm',
    async (route) => {
      await page.getByLabel('Name').fill('Typed early');
      await page.getByLabel('Description').fill('Every night');
      await page.getByRole('checkbox', { name: 'Read' }).first().check();
      await page.getByLabel('Name').focus();
      await page.evaluate(() => document.querySelector('form#token-form')!.prepend(document.createElement('div')));
      await route.continue();
    },
    { times: 1 },
  );
  await page.goto('/settings/tokens/new');
  await ready(page);
  const form = prompt(page, 'Create token');
  await expect(form.getByLabel('Name')).toHaveValue('Typed early');
  await expect(form.getByLabel('Name')).toBeFocused();
  await expect(form.getByLabel('Description')).toHaveValue('Every night');
  await expect(form.getByRole('checkbox', { name: 'Read' }).first()).toBeChecked();
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“Typed early” is ready')).toBeVisible();
  expect(said).toEqual([]);
});

/** How a panic of the application reaches the page: out of an event handler, or out of something awaited. */
const PANICS: Record<string, () => void> = {
  'in an event': () => {
    const error = new WebAssembly.RuntimeError('unreachable');
    dispatchEvent(new ErrorEvent('error', { error, cancelable: true }));
  },
  'while it waits for something': () => {
    const reason = new WebAssembly.RuntimeError('unreachable');
    const promise = Promise.resolve();
    dispatchEvent(new PromiseRejectionEvent('unhandledrejection', { promise, reason, cancelable: true }));
  },
};

const stopped = (page: Page) => page.getByRole('alert').filter({ hasText: 'This page has stopped working.' });

for (const [when, panic] of Object.entries(PANICS)) {
  test(`a page that stops working ${when} says so, and is loaded again by a link`, async ({ page }) => {
    const said = messages(page);
    await make(page, { name: 'Nightly backup' });
    await page.goto('/settings/tokens');
    await ready(page);
    const asked = starts(page);
    await page.evaluate(panic);
    await expect(stopped(page)).toBeVisible();
    expect(asked, 'it is not started a second time under what somebody works on').toEqual([]);
    await page.getByRole('link', { name: 'Reload' }).click();
    await expect(stopped(page)).toBeHidden();
    await ready(page);
    await expect(row(page, 'Nightly backup')).toBeVisible();
    expect(said).toEqual([]);
  });
}

test('the forms of a page that has stopped working go to the server by themselves', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await ready(page);
  await page.evaluate(PANICS['in an event']!);
  await expect(stopped(page)).toBeVisible();
  await fill(prompt(page, 'Create token'), { name: 'Nightly backup', permissions: ['Projects Read'] });
  const sent = page.waitForRequest((request) => new URL(request.url()).pathname === '/settings/tokens/new');
  await prompt(page, 'Create token').getByRole('button', { name: 'Create', exact: true }).click();
  expect((await sent).isNavigationRequest(), 'as a plain form').toBe(true);
  await expect(page.getByRole('textbox', { name: 'Secret' })).toHaveText(/^tkr_[0-9A-Za-z]{36}$/);
});

test('an error of something else in the page does not stop it', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await ready(page);
  await page.evaluate(() => {
    dispatchEvent(new ErrorEvent('error', { error: new TypeError('of an extension'), cancelable: true }));
    const [promise, reason] = [Promise.resolve(), new TypeError('of an extension')];
    dispatchEvent(new PromiseRejectionEvent('unhandledrejection', { promise, reason, cancelable: true }));
  });
  await expect(stopped(page)).toBeHidden();
  await fill(prompt(page, 'Create token'), { name: 'Nightly backup', permissions: ['Projects Read'] });
  await prompt(page, 'Create token').getByRole('button', { name: 'Create', exact: true }).click();
  await putAway(prompt(page, '“Nightly backup” is ready'));
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('where the application cannot be had, the page says so, and its forms work', async ({ page, complaints }) => {
  complaints.expect(/net::ERR_FAILED|was preloaded using link preload but not used/);
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto('/settings/tokens/new');
  await expect(stopped(page)).toBeVisible();
  await fill(prompt(page, 'Create token'), { name: 'Nightly backup', permissions: ['Projects Read'] });
  await prompt(page, 'Create token').getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Secret' })).toHaveText(/^tkr_[0-9A-Za-z]{36}$/);
});
