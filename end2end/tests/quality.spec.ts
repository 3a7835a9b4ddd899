// The Tokens page and every prompt over it, in light, in dark and on a phone: accessible, never wider than the window,
// and with valid HTML from the server.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { FROM_HERE } from '../steps/people.ts';
import { address, ready, choose, create, createButton, dots, limitsIn, make, prompt, row, soon, toggle, visitTokens } from '../steps/tokens.ts';

const LONG = 'The-one-with-a-name-as-long-as-names-can-be-and-without-any-space-in-it-to-break';

/** A table with a long name, several permissions and every kind of limit. */
async function makeSome(page: Page): Promise<void> {
  await make(page, { name: LONG, description: 'd'.repeat(300), permissions: ['members:read'] });
  await make(page, { name: 'Deploy bot', description: 'Ships every merge', permissions: ['projects:read', 'projects:write', 'webhooks:write'] });
  await make(page, { name: 'Nightly backup', limits: { expires_at: soon(3), allowed_addresses: '10.0.0.0/8', rate_requests: '5', rate_seconds: '1' } });
}

async function openList(page: Page): Promise<void> {
  await visitTokens(page);
  await expect(row(page, LONG)).toBeVisible();
}

async function openConflict(page: Page): Promise<void> {
  await openList(page);
  await choose(page, LONG, 'Edit');
  const form = prompt(page, 'Edit token');
  await expect(form.getByLabel('Name')).toHaveValue(LONG);
  const other = await page.context().newPage();
  await visitTokens(other);
  await choose(other, LONG, 'Edit');
  await prompt(other, 'Edit token').getByLabel('Name').fill(`${LONG.slice(0, -1)}z`);
  await prompt(other, 'Edit token').getByRole('button', { name: 'Save' }).click();
  await expect(prompt(other, 'Edit token')).toBeHidden();
  await other.close();
  await form.getByLabel('Description').fill('Mine');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByRole('alert')).toContainText('This token was changed while you were editing');
}

async function openAt(page: Page, path: string, text: string): Promise<void> {
  await page.goto(path);
  await ready(page);
  await expect(page.getByText(text)).toBeVisible();
}

type Screens = Record<string, (page: Page) => Promise<void>>;

/** Screens without any tokens. */
const WITHOUT: Screens = {
  'the empty list': async (page) => openAt(page, '/settings/tokens', 'No tokens yet'),
  'the create prompt with errors': async (page) => {
    await openAt(page, '/settings/tokens/new', 'No permissions selected yet');
    await prompt(page, 'Create token').getByLabel('Description').fill('d'.repeat(301));
    await prompt(page, 'Create token').getByRole('button', { name: 'Create', exact: true }).click();
    await expect(page.getByText('Select at least one permission')).toBeVisible();
  },
  'limits that are wrong': async (page) => {
    await openAt(page, '/settings/tokens/new', 'No permissions selected yet');
    const form = prompt(page, 'Create token');
    await toggle(form, 'Tokenry API');
    await toggle(form, 'Limits');
    await limitsIn(form).addresses.fill('10.0.0.0/33');
    await limitsIn(form).verifications.fill('many');
    await form.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(form.getByText('is not an address or range')).toBeVisible();
  },
  'a prompt about no token': async (page) => openAt(page, '/settings/tokens/7/edit', 'Token not found'),
  'the not-found page': async (page) => {
    await page.goto('/nowhere');
    await ready(page);
    await expect(page.getByText('Page not found')).toBeVisible();
  },
  'a damaged cursor': async (page) => openAt(page, '/settings/tokens?cursor=o1', 'This link to a page of the table is damaged'),
  'the reveal': async (page) => {
    await visitTokens(page);
    await create(page, { name: LONG });
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Close without copying' })).toBeVisible();
  },
};

/** Screens with the tokens of `makeSome`. */
const WITH: Screens = {
  'the list': openList,
  'the open dots menu': async (page) => {
    await openList(page);
    await dots(page, LONG).click();
    await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeFocused();
  },
  'the popover of permissions': async (page) => {
    await openList(page);
    await page.getByRole('button', { name: 'show all 3 permissions' }).click();
    await expect(row(page, 'Deploy bot').getByText('webhooks:write')).toBeVisible();
  },
  'the create prompt': async (page) => {
    await openList(page);
    await createButton(page).click();
    await prompt(page, 'Create token').getByRole('button', { name: 'Read only' }).click();
    await expect(page.getByText('This token will be able to')).toContainText('read projects');
  },
  'the edit prompt': async (page) => {
    await openList(page);
    await choose(page, 'Deploy bot', 'Edit');
    await expect(prompt(page, 'Edit token').getByLabel('Name')).toHaveValue('Deploy bot');
  },
  'the edit prompt of a limited token': async (page) => {
    await openList(page);
    await choose(page, 'Nightly backup', 'Edit');
    await expect(limitsIn(prompt(page, 'Edit token')).addresses).toHaveValue('10.0.0.0/8');
  },
  'the delete prompt': async (page) => {
    await openList(page);
    await choose(page, LONG, 'Delete');
    await expect(prompt(page, 'Delete token').getByRole('link', { name: 'Cancel' })).toBeFocused();
  },
  'the conflict': openConflict,
};

async function walk(page: Page, screens: Screens, usable: (page: Page) => Promise<void>): Promise<void> {
  for (const [screen, open] of Object.entries(screens)) {
    await test.step(screen, async () => {
      await open(page);
      await usable(page);
    });
  }
}

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test.beforeEach(({ complaints }) => {
      test.slow();
      complaints.expectStatus(404, 409, 422);
    });

    test('every screen without tokens can be used by everybody', async ({ page, usable }) => {
      await walk(page, WITHOUT, usable);
    });

    test('every screen with tokens can be used by everybody', async ({ page, usable }) => {
      await makeSome(page);
      await walk(page, WITH, usable);
    });
  });
}

test('every page is valid HTML', async ({ page, validHtml }) => {
  for (const path of ['/settings/tokens', '/settings/tokens/new']) await validHtml(path);
  await makeSome(page);
  await openList(page);
  const edit = await address(page, LONG, 'Edit');
  const ask = await address(page, LONG, 'Delete');
  for (const path of ['/settings/tokens', '/settings/tokens/new', edit, ask]) await validHtml(path);
  for (const path of ['/nowhere', '/settings/tokens/7/edit', '/settings/tokens/7/delete', '/settings/tokens?cursor=o1']) {
    await validHtml(path);
  }
});

test('every answer to a form is valid HTML', async ({ page, validAnswer }) => {
  const post = (path: string, data: string, kind = 'application/x-www-form-urlencoded') =>
    page.request.post(path, { data, headers: { ...FROM_HERE, 'content-type': kind }, maxRedirects: 0 });
  const made = (name: string) => `name=${name}&description=Ours&permissions=projects:read`;
  const form = (name: string, version = 1) => `${made(name)}&version=${version}`;

  await validAnswer(await post('/settings/tokens/new', made('Nightly')), 201);
  await validAnswer(await post('/settings/tokens/new', made('nightly')), 422);
  await validAnswer(await post('/settings/tokens/new', 'name='), 422);
  await validAnswer(await post('/settings/tokens/new', ''), 400);
  const limits = 'allowed_addresses=%3Cb%3E&rate_requests=x&expires_at=x';
  await validAnswer(await post('/settings/tokens/new', `${made('Deploy')}&${limits}`), 422);
  await visitTokens(page);
  const edit = await address(page, 'Nightly', 'Edit');
  expect((await post(edit, form('Weekly'))).status()).toBe(303);
  await validAnswer(await post(edit, form('Monthly')), 409);
  await validAnswer(await post(edit, form('', 2)), 422);
  await validAnswer(await post('/settings/tokens/7/edit', form('Weekly')), 404);
  await validAnswer(await post('/settings/tokens/7/delete', ''), 404);
  await validAnswer(await post('/settings/tokens/new', form('Deploy')), 400);
  await validAnswer(await post(edit, 'version=none'), 400);
  await validAnswer(await post('/settings/tokens/new', `name=${'n'.repeat(70_000)}`), 413);
  await validAnswer(await post('/settings/tokens/new', '{}', 'application/json'), 415);
});

test('the page that answers a form is accessible', async ({ page, accessible, complaints }) => {
  complaints.expectStatus(422);
  await page.goto('/settings/tokens/new');
  await ready(page);
  // `submit()` bypasses the scripts, like a form that is sent before they have loaded.
  await prompt(page, 'Create token').getByLabel('Name').evaluate((field) => (field as HTMLInputElement).form?.submit());
  await expect(prompt(page, 'Create token').getByText('Give the token a name')).toBeVisible();
  await accessible(page);
  await prompt(page, 'Create token').getByLabel('Name').fill('Nightly backup');
  await prompt(page, 'Create token').getByRole('checkbox', { name: 'Read' }).first().check();
  await prompt(page, 'Create token').getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“Nightly backup” is ready')).toBeVisible();
  await accessible(page);
});
