// The API reference: this server's OpenAPI document as a page, complete without scripts and without other servers.
import { expect, test } from '../fixtures.ts';
import { ready, visitTokens } from '../steps/tokens.ts';

const TITLE = 'API reference';

test('the reference is in the navigation, below the settings', async ({ page }) => {
  await visitTokens(page);
  const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  const names = await links.allInnerTexts();
  expect(names.indexOf(TITLE)).toBe(names.indexOf('Settings') + 1);
  await links.filter({ hasText: TITLE }).click();
  await expect(page.getByRole('heading', { name: TITLE, level: 1 })).toBeVisible();
  await expect(links.filter({ hasText: TITLE })).toHaveAttribute('aria-current', 'page');
});

test('everything in the document is on the page, and the contents lead to it', async ({ page }) => {
  const document = await (await page.request.get('/v1/openapi.json')).json();
  await page.goto('/reference');
  const contents = page.getByRole('navigation', { name: 'Contents' });
  for (const [path, methods] of Object.entries<Record<string, { summary: string; operationId: string }>>(document.paths)) {
    for (const [method, { summary, operationId }] of Object.entries(methods)) {
      const article = page.getByRole('article', { name: summary, exact: true });
      await expect(article, `${method} ${path}`).toContainText(path);
      await expect(article).toContainText(method.toUpperCase());
      await expect(contents.getByRole('link', { name: summary, exact: true })).toHaveAttribute('href', `#${operationId}`);
    }
  }
  await contents.getByRole('link', { name: 'Create a token' }).click();
  await expect(page).toHaveURL(/#create_token$/);
  await expect(page.getByRole('article', { name: 'Create a token' })).toBeInViewport();
});

test('an operation says what it needs, and how to ask for it here', async ({ page, baseURL }) => {
  await page.goto('/reference');
  const edit = page.getByRole('article', { name: 'Change a token', exact: true });
  await expect(edit).toContainText('Needs tokenry.tokens:write');
  await expect(edit).toContainText('If-Match');
  await expect(edit).toContainText(`curl -X PATCH "${baseURL}/v1/tokens/$TOKEN_ID"`);
  await expect(page.getByRole('table', { name: 'Verdicts' }).getByRole('row')).toHaveCount(11);
  await expect(page.getByRole('table', { name: 'Error codes' })).toContainText('precondition_required');
});

test('nothing is loaded from elsewhere', async ({ page, baseURL }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL ?? '')) foreign.push(request.url());
  });
  await page.goto('/reference');
  await ready(page);
  expect(foreign).toEqual([]);
});

test('a line for the shell can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/reference');
  await ready(page);
  const list = page.getByRole('article', { name: 'List tokens' });
  await list.getByRole('button', { name: 'Copy: Request' }).click();
  await expect(list.getByRole('status').first()).not.toBeEmpty();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('/v1/tokens?sort=name');
});

test('it is whole without scripts, and on a phone nothing is scrolled sideways', async ({ browser, page, baseURL }) => {
  const { cookies } = await page.context().storageState();
  const phone = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 }, baseURL });
  await phone.addCookies(cookies);
  const still = await phone.newPage();
  await still.goto('/reference');
  await expect(still.getByRole('heading', { name: TITLE, level: 1 })).toBeVisible();
  await expect(still.getByRole('article', { name: 'Verify a secret' })).toBeVisible();
  expect(await still.evaluate(() => document.scrollingElement?.scrollWidth)).toBe(360);
  await phone.close();
});
