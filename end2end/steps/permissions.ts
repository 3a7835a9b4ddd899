// Steps on the Permissions tab.
import { expect, type Locator, type Page } from '@playwright/test';
import { FROM_HERE } from './people.ts';
import { settled } from './tokens.ts';

export type Written = { name: string; label?: string; description?: string; actions: string };

export async function visitPermissions(page: Page): Promise<void> {
  await page.goto('/settings/permissions');
  await expect(page.getByRole('heading', { name: 'Permissions', exact: true })).toBeVisible();
  await settled(page);
}

export function addButton(page: Page): Locator {
  return page.getByRole('link', { name: 'Add resource' });
}

/** The row of a resource, which begins with its label, such as `Projects`. */
export function resource(page: Page, label: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${label} `) }) });
}

export function resourceDots(page: Page, label: string): Locator {
  return page.getByRole('button', { name: `Actions for ${label}`, exact: true });
}

/** Chooses an action from a resource's menu. */
export async function aboutResource(page: Page, label: string, action: 'Edit' | 'Remove'): Promise<void> {
  await resourceDots(page, label).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

/** Fills in the given fields and leaves the others as they are. */
export async function write(where: Locator, { name, label, description, actions }: Partial<Written>): Promise<void> {
  if (name !== undefined) await where.getByLabel('Name').fill(name);
  if (label !== undefined) await where.getByLabel('Label').fill(label);
  if (description !== undefined) await where.getByLabel('Description').fill(description);
  if (actions !== undefined) await where.getByLabel('Actions').fill(actions);
}

/** Adds a resource without the form: faster, for tests about something else. */
export async function addWithout(page: Page, { name, label = '', description = '', actions }: Written): Promise<void> {
  const form = { name, label, description, actions };
  const answer = await page.request.post('/settings/permissions/new', { headers: FROM_HERE, form, maxRedirects: 0 });
  expect(answer.status(), `${name} is added`).toBe(303);
}

/** The message on the Permissions tab after a change. */
export async function isDoneHere(page: Page, text: string): Promise<void> {
  await expect(page).toHaveURL((url) => url.pathname === '/settings/permissions');
  await expect(page.getByRole('status').filter({ hasText: text })).toBeVisible();
}
