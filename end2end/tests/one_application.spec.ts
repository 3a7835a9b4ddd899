// The console is a single-page application: none of its links loads another document.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { tab } from '../steps/people.ts';
import { createButton, prompt, ready, visitTokens } from '../steps/tokens.ts';
import { press } from '../steps/watch.ts';

test.use({ begin: 'demo' });

/** The piece of the application with all pages except the list of tokens. */
const SECOND = '/pkg/split_pages.wasm';

/** All pieces of the application have loaded. */
async function isWhole(page: Page): Promise<void> {
  await ready(page);
  const pieces = () => page.evaluate((url) => performance.getEntriesByName(location.origin + url).length, SECOND);
  await expect.poll(pieces, 'the second piece is there').toBeGreaterThan(0);
}

/** Marks the page, and records the documents, scripts and modules that are requested from then on. */
async function watched(page: Page): Promise<{ documents: string[]; starts: string[] }> {
  await isWhole(page);
  const asked = { documents: [] as string[], starts: [] as string[] };
  page.on('request', (request) => {
    if (request.resourceType() === 'document') asked.documents.push(request.url());
    if (/\.(wasm|js)$/.test(new URL(request.url()).pathname)) asked.starts.push(request.url());
  });
  await page.evaluate(() => Object.assign(window, { mark: 'the same page' }));
  return asked;
}

const isTheSamePage = (page: Page) =>
  page.evaluate(() => (window as unknown as { mark?: string }).mark === 'the same page');

/** The screen has loaded everything that it reads. */
async function isThere(page: Page, what: string): Promise<void> {
  await expect(page.getByRole('main'), what).not.toHaveAttribute('aria-busy');
  await expect(page.locator('.screen-loading, .dialog-loading'), what).toHaveCount(0);
  await expect(page.locator('main h1, main h2').first(), what).toBeVisible();
}

test('no link of the navigation, the tabs, the menus or a prompt leaves the page', async ({ page }) => {
  test.slow();
  await page.goto('/overview');
  const asked = await watched(page);
  const seen = new Set<string>();
  // Visits every place that a link leads to, once.
  const places = ['/overview'];
  for (let place = places.shift(); place !== undefined; place = places.shift()) {
    if (seen.has(shape(place))) continue;
    seen.add(shape(place));
    await page.evaluate((href) => {
      const link = document.createElement('a');
      link.href = href;
      document.body.append(link);
      link.click();
      link.remove();
    }, place);
    await expect(page, place).toHaveURL(place);
    await isThere(page, place);
    places.push(
      ...(await page.evaluate(() =>
        [...document.querySelectorAll<HTMLAnchorElement>('#app a[href]')]
          .filter((link) => link.origin === location.origin && !link.download && link.rel !== 'external')
          .map((link) => link.pathname + link.search),
      )),
    );
  }
  expect(seen.size).toBeGreaterThan(25);
  for (const place of PLACES) expect([...seen], place).toContain(place);
  expect(await isTheSamePage(page)).toBe(true);
  expect(asked).toEqual({ documents: [], starts: [] });
});

/** Places that must be among them: from the navigation, the tabs, the menus, the pagers and the prompts. */
const PLACES = [
  '/reference',
  '/profile',
  '/settings/audit',
  '/settings/audit?before',
  '/settings/general',
  '/settings/people/:id/role',
  '/settings/permissions/:name/remove',
  '/settings/tokens/:id/rotate',
  '/settings/tokens/:id/details/edit',
  '/settings/tokens/:id/restore',
  '/settings/tokens/deleted',
  '/settings/tokens?cursor',
];

/** A place without its ids, names and values, so that two places of the same kind are equal. */
function shape(place: string): string {
  const url = new URL(place, 'http://here');
  const path = url.pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id');
  const fields = [...new Set(url.searchParams.keys())].sort().join('&');
  return path.replace(/permissions\/[\w.-]+\//, 'permissions/:name/') + (fields && `?${fields}`);
}

const inNavigation = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });

/** A path through the console, click by click, with the title of each screen. */
const WAY: readonly (readonly [title: RegExp, go: (page: Page) => Promise<void>])[] = [
  [/^Tokens · /, (page) => inNavigation(page, 'Settings').click()],
  [/^Tokens · /, turnThePage],
  [/^Edit token · /, (page) => chooseFirst(page, 'Edit')],
  [/^Tokens · /, (page) => prompt(page, 'Edit token').getByRole('link', { name: 'Cancel' }).click()],
  [/^(?!Tokens?\b).+ · /, (page) => chooseFirst(page, 'View activity')],
  [/^Rotate token · /, (page) => page.getByRole('main').getByRole('link', { name: 'Rotate', exact: true }).click()],
  [/^(?!Rotate|Tokens?\b).+ · /, (page) => press(page, 'Escape')],
  [/^Audit log · /, (page) => page.getByRole('link', { name: 'All in the audit log' }).click()],
  [/^People · /, (page) => tab(page, 'People').click()],
  [/^Permissions · /, (page) => tab(page, 'Permissions').click()],
  [/^General · /, (page) => tab(page, 'General').click()],
  [/^API reference · /, (page) => inNavigation(page, 'API reference').click()],
  [/^Profile · /, (page) => inNavigation(page, /admin$/).click()],
  [/^Tokens · /, (page) => page.getByRole('main').getByRole('link', { name: 'Show your tokens' }).click()],
  [/^Create token · /, (page) => createButton(page).click()],
];

async function turnThePage(page: Page): Promise<void> {
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await pages.getByRole('link', { name: 'Older' }).click();
  await expect(pages.getByRole('link', { name: 'Newer' })).toBeVisible();
}

/** Chooses an action from the menu of the first row. */
async function chooseFirst(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: /^Actions for / }).first().click();
  await page.getByRole('menuitem', { name: action }).click();
}

test('a way through tabs, menus, a pager and prompts is one page, Back and Forward included', async ({ page }) => {
  test.slow();
  await page.goto('/overview');
  const asked = await watched(page);
  await expect(page).toHaveTitle(/^Overview · /);
  // A closed prompt leaves no entry in the history, so Back leads from screen to screen.
  const history = [{ url: page.url(), title: await page.title() }];
  for (const [at, [title, go]] of WAY.entries()) {
    await test.step(`${at + 1}: ${title.source}`, async () => {
      await go(page);
      await expect(page).toHaveTitle(title);
      await isThere(page, title.source);
      const here = { url: page.url(), title: await page.title() };
      const before = history.at(-2);
      if (before?.url === here.url) history.pop();
      else history.push(here);
    });
  }
  const expectAt = async (place: { url: string; title: string } | undefined): Promise<void> => {
    await expect(page).toHaveURL(place?.url ?? '');
    await expect(page).toHaveTitle(place?.title ?? '');
    await isThere(page, place?.url ?? '');
  };
  for (const place of history.slice(0, -1).reverse()) {
    await page.goBack();
    await expectAt(place);
  }
  await expect(page.getByRole('dialog')).toHaveCount(0);
  for (const place of history.slice(1)) {
    await page.goForward();
    await expectAt(place);
  }
  await expect(prompt(page, 'Create token').getByLabel('Name')).toBeVisible();
  expect(await isTheSamePage(page)).toBe(true);
  expect(asked).toEqual({ documents: [], starts: [] });
});

test('a screen is read out when it comes, and Back leads to where one was', async ({ page }) => {
  await page.goto('/settings/tokens');
  const asked = await watched(page);
  const scrolled = () => page.evaluate(() => scrollY);
  await page.mouse.move(640, 500);
  await page.mouse.wheel(0, 700);
  await expect.poll(scrolled).toBeGreaterThan(300);
  const before = await scrolled();
  // The link in the navigation is in view, however far the list is scrolled.
  await inNavigation(page, 'Overview').click();
  await expect(page).toHaveTitle(/^Overview · /);
  await expect(page.locator('main [data-heading]')).toBeFocused();
  await expect.poll(scrolled).toBe(0);
  await page.goBack();
  await expect(page).toHaveTitle(/^Tokens · /);
  await expect.poll(scrolled).toBe(before);
  await page.goForward();
  await expect(page).toHaveTitle(/^Overview · /);
  expect(await isTheSamePage(page)).toBe(true);
  expect(asked).toEqual({ documents: [], starts: [] });
});

test('after Back and Forward a link leads on, and the address says where one is', async ({ page }) => {
  await visitTokens(page);
  for (const name of ['Permissions', 'General']) {
    await tab(page, name).click();
    await expect(page).toHaveTitle(new RegExp(`^${name} · `));
    // The entry in the history comes a moment after the title.
    await expect(page).toHaveURL(`/settings/${name.toLowerCase()}`);
  }
  await page.goBack();
  await expect(page).toHaveTitle(/^Permissions · /);
  await page.goForward();
  await expect(page).toHaveTitle(/^General · /);
  await tab(page, 'Permissions').click();
  await expect(page).toHaveTitle(/^Permissions · /);
  await expect(page).toHaveURL('/settings/permissions');
  await page.goBack();
  await expect(page).toHaveTitle(/^General · /);
});

test('a screen stays as it is below its prompt, and is not read again', async ({ page }) => {
  await visitTokens(page);
  const loads: string[] = [];
  page.on('request', (request) => request.url().includes('/_fn/load_tokens') && loads.push(request.url()));
  await chooseFirst(page, 'Edit');
  await expect(prompt(page, 'Edit token').getByLabel('Name')).not.toHaveValue('');
  await press(page, 'Escape');
  await expect(prompt(page, 'Edit token')).toBeHidden();
  await expect(page.getByRole('button', { name: /^Actions for / }).first()).toBeFocused();
  expect(loads).toEqual([]);
});

/** Counts the network transfers of each file of the application from now on. */
async function transfers(page: Page): Promise<Map<string, number>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const [paths, counts] = [new Map<string, string>(), new Map<string, number>()];
  devtools.on('Network.requestWillBeSent', ({ requestId, request }) => {
    paths.set(requestId, new URL(request.url).pathname);
  });
  // A preloaded file is transferred once; its second request is served from the preload, with no bytes.
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId) ?? '';
    if (encodedDataLength > 0 && /\.(wasm|js)$/.test(path)) counts.set(path, (counts.get(path) ?? 0) + 1);
  });
  return counts;
}

for (const path of ['/settings/tokens', '/settings/tokens/new', '/overview', '/profile']) {
  test(`the application starts once on ${path}, and each piece of it is fetched once`, async ({ page }) => {
    await page.addInitScript(() => {
      const modules: unknown[] = [];
      Object.assign(window, { modules });
      const { instantiateStreaming } = WebAssembly;
      WebAssembly.instantiateStreaming = (source, imports) => {
        modules.push(source);
        return instantiateStreaming(source, imports);
      };
    });
    const counts = await transfers(page);
    await page.goto(path);
    await isWhole(page);
    for (const file of ['/pkg/tokenry.js', '/pkg/tokenry.wasm', SECOND]) expect(counts.get(file), file).toBe(1);
    for (const [file, count] of counts) expect(count, file).toBe(1);
    expect([...counts.keys()].filter((file) => file.startsWith('/anew/')), 'there was no second start').toEqual([]);
    const started = await page.evaluate(() => (window as unknown as { modules: unknown[] }).modules.length);
    expect(started, 'the application, and its second piece').toBe(2);
  });
}

test('a transition that the browser skips is no error', async ({ page }) => {
  await page.goto('/settings/tokens');
  await ready(page);
  const uncaught: string[] = [];
  page.on('pageerror', (error) => uncaught.push(error.message));
  await page.evaluate(async () => {
    const skipped = () => Promise.reject(new DOMException('Transition was aborted because of timeout in DOM update. DOM update timed out', 'TimeoutError'));
    void skipped();
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  expect(uncaught).toEqual([]);
});
