// The console is one application: whoever is in it never leaves its page.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { prompt, ready, visitTokens } from '../steps/tokens.ts';

test.use({ begin: 'demo' });

/** Marks the page, and counts the documents and modules that are asked for from now on. */
async function watched(page: Page): Promise<{ documents: string[]; starts: string[] }> {
  const asked = { documents: [] as string[], starts: [] as string[] };
  page.on('request', (request) => {
    if (request.resourceType() === 'document') asked.documents.push(request.url());
    if (request.url().endsWith('.wasm')) asked.starts.push(request.url());
  });
  await page.evaluate(() => Object.assign(window, { mark: 'the same page' }));
  return asked;
}

const isTheSamePage = (page: Page) => page.evaluate(() => (window as unknown as { mark?: string }).mark === 'the same page');

test('no link of the navigation, the tabs, the menus or a prompt leaves the page', async ({ page }) => {
  await page.goto('/overview');
  await ready(page);
  const asked = await watched(page);
  const seen = new Set<string>();
  // Every place that can be reached by a link, from every other one, once.
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
    await expect(page.locator('main'), place).not.toHaveAttribute('aria-busy');
    await expect(page.locator('main h1, main h2').first(), place).toBeVisible();
    places.push(
      ...(await page.evaluate(() =>
        [...document.querySelectorAll<HTMLAnchorElement>('#app a[href]')]
          .filter((link) => link.origin === location.origin && !link.download && link.rel !== 'external')
          .map((link) => link.pathname + link.search),
      )),
    );
  }
  expect(seen.size).toBeGreaterThan(25);
  expect(await isTheSamePage(page)).toBe(true);
  expect(asked).toEqual({ documents: [], starts: [] });
});

/** Places that differ in what they are about, and not in what they are. */
function shape(place: string): string {
  const url = new URL(place, 'http://here');
  return url.pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/permissions\/\w+\//, 'permissions/:name/') + [...url.searchParams.keys()].sort().join();
}

test('Back and Forward lead through screens and prompts, and to where one was', async ({ page }) => {
  await page.goto('/settings/tokens');
  await ready(page);
  const asked = await watched(page);
  const link = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true });
  await page.mouse.wheel(0, 700);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(300);
  const before = await page.evaluate(() => scrollY);
  await link('Permissions').click();
  await expect(page).toHaveTitle(/^Permissions · /);
  await expect(page.locator('main [data-heading]')).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await page.goBack();
  await expect(page).toHaveTitle(/^Tokens · /);
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);
  await page.goForward();
  await expect(page).toHaveTitle(/^Permissions · /);
  expect(await isTheSamePage(page)).toBe(true);
  expect(asked).toEqual({ documents: [], starts: [] });
});

test('a screen stays as it is below its prompt, and is not read again', async ({ page }) => {
  await visitTokens(page);
  const loads: string[] = [];
  page.on('request', (request) => request.url().includes('/_fn/load_tokens') && loads.push(request.url()));
  await page.getByRole('button', { name: /^Actions for / }).first().click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await expect(prompt(page, 'Edit token')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(prompt(page, 'Edit token')).toBeHidden();
  await expect(page.getByRole('button', { name: /^Actions for / }).first()).toBeFocused();
  expect(loads).toEqual([]);
});
