// Screenshots of the demonstration. They are saved for the README if TOKENRY_SCREENSHOTS is set; otherwise they stay
// with the results of the run.
import type { Page, TestInfo } from '@playwright/test';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { ready, choice, create, createButton, heading, prompt } from '../steps/tokens.ts';

const FOLDER = join(import.meta.dirname, '..', 'screenshots');

test.use({ begin: 'demo' });

async function openList(page: Page): Promise<void> {
  await page.goto('/settings/tokens');
  await ready(page);
  await expect(heading(page)).toBeVisible();
  await page.mouse.move(0, 0);
}

async function openOverview(page: Page): Promise<void> {
  await page.goto('/overview?range=month');
  await ready(page);
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
}

async function picture(page: Page, info: TestInfo, name: string): Promise<void> {
  const path = process.env.TOKENRY_SCREENSHOTS ? join(FOLDER, name) : info.outputPath(name);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
}

test.describe('in light', () => {
  test.use({ colorScheme: 'light', deviceScaleFactor: 2 });

  test('the overview, the list and the create prompt have their pictures', async ({ page }, info) => {
    await openOverview(page);
    await picture(page, info, 'overview-light.png');
    await openList(page);
    await picture(page, info, 'tokens-light.png');
    await createButton(page).click();
    const form = prompt(page, 'Create token');
    await form.getByLabel('Name').fill('Invoice mailer');
    await form.getByLabel('Description').fill('Sends invoices on the first of the month');
    await choice(form, 'Tracking', 'Read').check();
    await expect(form.getByText('This token will be able to')).toContainText('read tracking, and nothing else.');
    await picture(page, info, 'create-light.png');
  });
});

test.describe('in dark', () => {
  test.use({ colorScheme: 'dark', deviceScaleFactor: 2 });

  test('the list and the reveal have their pictures', async ({ page }, info) => {
    await openList(page);
    await picture(page, info, 'tokens-dark.png');
    await page.route('**/_fn/create_token', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/tkr_\w{36}/, 'tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw');
      await route.fulfill({ response: answer, body });
    });
    await create(page, { name: 'Invoice mailer', permissions: ['Tracking Read'] });
    await picture(page, info, 'reveal-dark.png');
  });
});

test.describe('on a phone', () => {
  test.use({ colorScheme: 'light', deviceScaleFactor: 2, viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the overview and the list have their pictures', async ({ page }, info) => {
    await openOverview(page);
    await picture(page, info, 'overview-phone.png');
    await openList(page);
    await picture(page, info, 'phone.png');
  });
});
