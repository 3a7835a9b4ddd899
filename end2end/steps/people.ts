// The people of the tests, and how they sign in and manage each other.
import { expect, type APIRequestContext, type Locator, type Page } from '@playwright/test';
import { prompt, settled } from './tokens.ts';

export type Role = 'admin' | 'member' | 'viewer';
export type Guest = { name: string; email: string };

/** Everybody's password, until they change it. */
export const PASSWORD = 'seventeen violet kettles';
export const OTHER_PASSWORD = 'eighteen purple teapots';
/** The admin who exists from the start. */
export const ADA: Guest = { name: 'Ada Moreau', email: 'ada@example.com' };

const FAMILY: Record<string, string> = { ada: 'Moreau', ines: 'Okafor', noor: 'Haddad', tomas: 'Lindqvist', yuki: 'Tanabe' };

/** `ines` is Ines Okafor, ines@example.com. */
export function named(who: string): Guest {
  const first = who.charAt(0).toUpperCase() + who.slice(1);
  return { name: `${first} ${FAMILY[who] ?? 'Berg'}`, email: `${who}@example.com` };
}

/** A header that browsers send with every form; without it, the server changes nothing. */
export const FROM_HERE = { 'sec-fetch-site': 'same-origin' };

/** Signs in without the form: faster, for tests about something else. */
export async function signInWithout(request: APIRequestContext, { email }: Guest, password = PASSWORD): Promise<void> {
  const answer = await request.post('/sign-in', { headers: FROM_HERE, form: { email, password }, maxRedirects: 0 });
  expect(answer.status(), `${email} signs in`).toBe(303);
}

export async function signIn(page: Page, { email }: Guest, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The sessions on the profile. */
export const sessions = (page: Page): Locator => page.getByRole('table', { name: 'Your sessions' });

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Sign out' }).click();
  await expect(atSignIn(page)).toBeVisible();
}

export function atSignIn(page: Page): Locator {
  return page.getByRole('heading', { name: 'Sign in' });
}

/** A tab of the settings, such as `People`. */
export function tab(page: Page, name: string): Locator {
  return page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name, exact: true });
}

export function invite(page: Page): Locator {
  return page.getByRole('link', { name: 'Invite person' });
}

/** Types the new password twice, as every form that sets one requires. */
export async function typeNewPassword(where: Page | Locator, password: string, again = password): Promise<void> {
  await where.getByLabel('New password', { exact: true }).fill(password);
  await where.getByLabel('New password, again').fill(again);
}

/** The link in a prompt, which shows it only once. */
export async function linkIn(where: Locator): Promise<string> {
  const link = await where.getByRole('textbox', { name: 'Link' }).innerText();
  expect(link).toMatch(/\/password\?code=[0-9a-f]{64}$/);
  return link;
}

export type PersonAction =
  | 'Change role'
  | 'Reset password'
  | 'Transfer tokens'
  | 'Sign out everywhere'
  | 'View activity'
  | 'Disable'
  | 'Enable';

/** The row of a person in the list of people, or in another table whose rows begin with names. */
export function personRow(page: Page, { name }: Guest): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
}

export function personDots(page: Page, { name }: Guest): Locator {
  return page.getByRole('button', { name: `Actions for ${name}`, exact: true });
}

export async function visitPeople(page: Page): Promise<void> {
  await page.goto('/settings/people');
  await expect(page.getByRole('heading', { name: 'People' })).toBeVisible();
  await settled(page);
}

/** Chooses an action from a person's menu. */
export async function about(page: Page, guest: Guest, action: PersonAction): Promise<void> {
  await personDots(page, guest).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

/** The URL of an action on a person, from the link in their menu. */
export async function addressAbout(page: Page, guest: Guest, action: PersonAction): Promise<string> {
  const link = personRow(page, guest).getByRole('menuitem', { name: action, exact: true, includeHidden: true });
  return (await link.getAttribute('href')) ?? '';
}

/** Sends an invitation and returns its link. */
export async function inviteThrough(page: Page, { name, email }: Guest, role: Role = 'member'): Promise<string> {
  await visitPeople(page);
  await invite(page).click();
  const form = prompt(page, 'Invite person');
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('E-mail address').fill(email);
  await form.getByRole('radio', { name: role }).check();
  await form.getByRole('button', { name: 'Invite', exact: true }).click();
  return linkIn(prompt(page, `A link for ${name}`));
}

/** Follows a link and sets a password. */
export async function choosePassword(page: Page, link: string, password: string): Promise<void> {
  await page.goto(link);
  await typeNewPassword(page, password);
  await page.getByRole('button', { name: 'Save and sign in' }).click();
  await expect(page.getByRole('heading', { name: /^Tokens/ })).toBeVisible();
}

export async function hasStatus(page: Page, guest: Guest, status: string): Promise<void> {
  await expect(personRow(page, guest).getByRole('cell', { name: status })).toBeVisible();
}

/** Closes the prompt that shows a link once, without copying the link. */
export async function closeLink(page: Page): Promise<void> {
  const shown = prompt(page, /^A link for/);
  await shown.getByRole('button', { name: 'Done' }).click();
  await shown.getByRole('button', { name: 'Close without copying' }).click();
  await expect(shown).toBeHidden();
}

/** The message on the People tab after a change. */
export async function isDone(page: Page, text: string): Promise<void> {
  await expect(page).toHaveURL((url) => url.pathname === '/settings/people');
  await expect(page.getByRole('status').filter({ hasText: text })).toBeVisible();
}

export function recipient(where: Locator): Locator {
  return where.getByLabel('New owner');
}
