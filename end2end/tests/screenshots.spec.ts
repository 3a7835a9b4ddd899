// Pictures of the console with believable data. They are kept for the README when TOKENRY_SCREENSHOTS is set;
// otherwise they stay with the results of the run.
import type { Page, TestInfo } from '@playwright/test';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { awake, choice, create, createButton, make, prompt, row } from '../steps/tokens.ts';

const DAY = 86_400_000;
const FOLDER = join(import.meta.dirname, '..', 'screenshots');

/** The oldest first; when they were last used, in minutes, and when they end, in days. */
const TOKENS = [
  { name: 'Billing export', description: 'Month-end run of the finance warehouse', permissions: ['billing:read'], used: 52_000, ends: -9 },
  { name: 'Status page', description: 'Reads what is public, refreshes every minute', permissions: ['projects:read', 'webhooks:read'], used: 0, ends: 64 },
  { name: 'Deploy bot', description: 'Ships every merge to main. Ask Ines before touching it', permissions: ['projects:read', 'projects:write', 'webhooks:read', 'webhooks:write'], used: 41, ends: 4 },
  { name: 'Onboarding script', description: 'Adds new colleagues on their first day', permissions: ['members:read', 'members:write'], used: 27_000, ends: 170 },
  { name: 'Nightly backup', description: 'Copies all projects to cold storage at 02:00', permissions: ['members:read', 'projects:read', 'webhooks:read'], used: 700, ends: 90 },
  { name: 'Grafana dashboard', description: 'Team numbers on the screen in the kitchen', permissions: ['projects:read'] },
];
const HINTS = ['Gk4V', 'p9Xe', 'T7mQ', 'b2Lz', 'Wc5R', 'n8Ya'];

/** The list as it would look after some months; only uses, ends and the last letters of secrets are made up. */
async function openOldList(page: Page): Promise<void> {
  for (const { name, description, permissions } of TOKENS) await make(page, { name, description, permissions });
  await page.route('**/_fn/load_table', async (route) => {
    const answer = await route.fetch();
    const list = (await answer.json()) as { now: number; tokens: Record<string, unknown>[] };
    for (const [at, token] of list.tokens.entries()) {
      const { used, ends } = TOKENS.find(({ name }) => name === token.name) ?? {};
      if (used !== undefined) token.last_used = { at: Date.now() - used * 60_000, address: '203.0.113.9' };
      if (ends !== undefined) token.expires_at = (Math.floor(Date.now() / DAY) + ends) * DAY;
      token.secret_hint = { ...(token.secret_hint as object), last: HINTS[at] };
    }
    await route.fulfill({ response: answer, json: list });
  });
  // Another address of the same list: coming from there, the page itself asks for it.
  await page.goto('/settings/tokens?before');
  await awake(page);
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Tokens' }).click();
  await expect(row(page, 'Deploy bot')).toContainText('41 minutes ago');
  await expect(row(page, 'Billing export')).toContainText('Expired');
  await page.mouse.move(0, 0);
}

async function picture(page: Page, info: TestInfo, name: string): Promise<void> {
  const path = process.env.TOKENRY_SCREENSHOTS ? join(FOLDER, name) : info.outputPath(name);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
}

test.describe('in light', () => {
  test.use({ colorScheme: 'light', deviceScaleFactor: 2 });

  test('the list and the create prompt have their pictures', async ({ page }, info) => {
    await openOldList(page);
    await picture(page, info, 'tokens-light.png');
    await createButton(page).click();
    const form = prompt(page, 'Create token');
    await form.getByLabel('Name').fill('Invoice mailer');
    await form.getByLabel('Description').fill('Sends invoices on the first of the month');
    await choice(form, 'Billing', 'Read').check();
    await choice(form, 'Members', 'Read').check();
    await expect(form.getByText('This token will be able to')).toContainText('read members and billing, and nothing else.');
    await picture(page, info, 'create-light.png');
  });
});

test.describe('in dark', () => {
  test.use({ colorScheme: 'dark', deviceScaleFactor: 2 });

  test('the list and the reveal have their pictures', async ({ page }, info) => {
    await openOldList(page);
    await picture(page, info, 'tokens-dark.png');
    await page.route('**/_fn/create_token', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/tkr_\w{36}/, 'tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw');
      await route.fulfill({ response: answer, body });
    });
    await create(page, { name: 'Invoice mailer', permissions: ['Billing Read'] });
    await picture(page, info, 'reveal-dark.png');
  });
});

test.describe('on a phone', () => {
  test.use({ colorScheme: 'light', deviceScaleFactor: 2, viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the list has its picture', async ({ page }, info) => {
    await openOldList(page);
    await awake(page);
    await picture(page, info, 'phone.png');
  });
});
