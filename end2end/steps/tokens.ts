// Steps on the Tokens page.
import { expect, type Locator, type Page } from '@playwright/test';
import { FROM_HERE } from './people.ts';

export type TokenAction =
  'Edit' | 'Rotate' | 'Duplicate' | 'Transfer' | 'Disable' | 'Enable' | 'Copy ID' | 'View activity' | 'Delete';
export type NewToken = { name: string; description?: string; permissions?: string[]; limits?: Limits };
/** Named like the fields of the form. */
export type Limits = {
  expires_at?: string;
  allowed_addresses?: string;
  rate_requests?: string;
  rate_seconds?: string;
  metadata?: string;
};

/** Waits for hydration. */
export async function ready(page: Page): Promise<void> {
  await expect(page.locator('html[data-ready]')).toBeAttached();
}

/** Waits for hydration, unless the page runs no scripts. */
export async function settled(page: Page): Promise<void> {
  const runs = await page.evaluate(
    () => document.documentElement.dataset.page === 'app' && matchMedia('(scripting: enabled)').matches,
  );
  if (runs) await ready(page);
}

/** Opens the list through the navigation. */
export async function openTokens(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Tokens' }).click();
  await expect(heading(page)).toBeVisible();
}

export function heading(page: Page): Locator {
  return page.getByRole('heading', { name: /^Tokens/ });
}

export function createButton(page: Page): Locator {
  return page.getByRole('button', { name: 'Create token' });
}

export function prompt(page: Page, name: string | RegExp): Locator {
  return page.getByRole('dialog', { name }).or(page.getByRole('alertdialog', { name }));
}

/** A checkbox of the permission picker, such as `Projects`, `Read`. */
export function choice(where: Locator, resource: string, action: string): Locator {
  return where.getByRole('group', { name: resource, exact: true }).getByRole('checkbox', { name: action });
}

/** The summary of a folded part of a prompt, such as `Limits`; a click opens or closes the part. */
export function fold(where: Locator, title: string): Locator {
  return where.getByText(new RegExp(`^${title} \\S`));
}

export async function toggle(where: Locator, title: string): Promise<void> {
  await fold(where, title).click();
}

/** The fields of a token's limits, in a part of the prompt that must be open. */
export const limitsIn = (where: Locator) => ({
  expires: where.getByLabel('Expires'),
  addresses: where.getByLabel('Allowed addresses'),
  verifications: where.getByLabel('verifications in'),
  seconds: where.getByLabel('seconds', { exact: true }),
});

export async function fill(where: Locator, { name, description, permissions = [] }: NewToken): Promise<void> {
  await where.getByLabel('Name').fill(name);
  if (description !== undefined) await where.getByLabel('Description').fill(description);
  for (const permission of permissions) {
    const [resource = '', action = ''] = permission.split(' ');
    await choice(where, resource, action).check();
  }
}

/** Creates a token through the prompt and returns its secret; the reveal stays open. */
export async function create(page: Page, token: NewToken): Promise<string> {
  await createButton(page).click();
  const form = prompt(page, 'Create token');
  await fill(form, { permissions: ['Projects Read'], ...token });
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  const reveal = prompt(page, `“${token.name}” is ready`);
  const secret = await reveal.getByRole('textbox', { name: 'Secret' }).textContent();
  expect(secret).toMatch(/^tkr_[0-9A-Za-z]{36}$/);
  return secret ?? '';
}

/** Creates a token, copies its secret and closes the reveal. */
export async function created(page: Page, token: NewToken): Promise<string> {
  const secret = await create(page, token);
  const reveal = prompt(page, /is ready/);
  await reveal.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(reveal.getByText('Copied to the clipboard.')).toBeVisible();
  await reveal.getByRole('button', { name: 'Done' }).click();
  await expect(row(page, token.name)).toBeVisible();
  return secret;
}

/** Closes the reveal of a secret that was not copied. */
export async function putAway(reveal: Locator): Promise<void> {
  await reveal.getByRole('button', { name: 'Done' }).click();
  await reveal.getByRole('button', { name: 'Close without copying' }).click();
  await expect(reveal).toBeHidden();
}

const NOT_SAVED = 'What you have typed is not saved. Close again to discard it.';

/** Cancels a prompt with unsaved input, which asks for a second click. */
export async function giveUp(form: Locator): Promise<void> {
  await form.getByRole('link', { name: 'Cancel' }).click();
  await expect(form.getByRole('alert').filter({ hasText: NOT_SAVED })).toBeVisible();
  await form.getByRole('link', { name: 'Cancel' }).click();
  await expect(form).toBeHidden();
}

/** A message after an action, shown once. */
export function toast(page: Page, text: string | RegExp): Locator {
  return page.getByRole('status').filter({ hasText: text });
}

/** Creates a token without the form: faster, for tests about something else. */
export async function make(page: Page, { name, description = '', permissions = ['projects:read'], limits = {} }: NewToken): Promise<string> {
  const body = new URLSearchParams([
    ['name', name],
    ['description', description],
    ...permissions.map((p) => ['permissions', p] as [string, string]),
    ...Object.entries(limits),
  ]);
  const answer = await page.request.post('/settings/tokens/new', {
    headers: { ...FROM_HERE, 'content-type': 'application/x-www-form-urlencoded' },
    data: body.toString(),
  });
  expect(answer.status()).toBe(201);
  return /tkr_[0-9A-Za-z]{36}/.exec(await answer.text())?.[0] ?? '';
}

export function row(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
}

export function dots(page: Page, name: string): Locator {
  return page.getByRole('button', { name: `Actions for ${name}`, exact: true });
}

/** The URL of a token's prompt, from the link in its menu. */
export async function address(page: Page, name: string, action: TokenAction): Promise<string> {
  const link = row(page, name).getByRole('menuitem', { name: action, includeHidden: true });
  return (await link.getAttribute('href')) ?? '';
}

/** The verdict of `/v1/verify` on a secret that is used from this address; `asker` is the secret of the caller. */
export async function verdict(page: Page, asker: string, secret: string, address = '203.0.113.9'): Promise<string> {
  const headers = { authorization: `Bearer ${asker}` };
  const answer = await page.request.post('/v1/verify', { headers, data: { secret, address } });
  return (await answer.json()).verdict;
}

/** The day so many days from now, as a date field has it. */
export function soon(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** Opens the list by its URL, and waits for hydration. */
export async function visitTokens(page: Page): Promise<void> {
  await page.goto('/settings/tokens');
  await ready(page);
}

/** Chooses an action from a token's menu. */
export async function choose(page: Page, name: string, action: TokenAction): Promise<void> {
  await dots(page, name).click();
  await page.getByRole('menuitem', { name: action }).click();
}
