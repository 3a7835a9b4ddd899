// A secret that others have found: its token is marked, and works again once it is rotated.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { choose, make, prompt, putAway, ready, row, verdict, visitTokens } from '../steps/tokens.ts';

const NAME = 'Nightly backup';
const PLACE = `https://github.com/example/app/blob/main/${'deep/'.repeat(20)}.env`;
const VERIFIER = { name: 'Gateway', permissions: ['tokenry.tokens:verify'] };

/** Reports a secret, as a scanner does. */
async function report(page: Page, secret: string): Promise<void> {
  const items = [{ secret, url: PLACE, source: 'gitleaks' }];
  const answer = await page.request.post('/v1/exposures', { data: { items } });
  expect(answer.status()).toBe(204);
}

const hasStatus = (page: Page, status: string) =>
  expect(row(page, NAME).locator('[data-label=Status]').getByText(status, { exact: true })).toBeVisible();

test('an exposed token is seen on every screen, and a rotation lets it work again', async ({ page }) => {
  const asker = await make(page, VERIFIER);
  const leaked = await make(page, { name: NAME });
  await report(page, leaked);
  expect(await verdict(page, asker, leaked)).toBe('revoked');

  await page.goto('/overview');
  await ready(page);
  await page.getByRole('link', { name: 'Exposed 1', exact: true }).click();
  await expect(page).toHaveURL(/status=exposed$/);
  await hasStatus(page, 'Exposed');
  await choose(page, NAME, 'Enable');
  await expect(prompt(page, 'Enable token')).toContainText('Rotate the token: then it works again.');
  await page.keyboard.press('Escape');

  await row(page, NAME).getByRole('link', { name: NAME }).click();
  await expect(page.getByRole('main')).toContainText(`found at ${PLACE}`);
  await page.getByRole('link', { name: 'Rotate now' }).click();
  const form = prompt(page, 'Rotate token');
  await expect(form).toContainText('The exposed secret stays refused.');
  await expect(form.getByRole('group', { name: 'Keep the old secret working for' })).toBeHidden();
  await form.getByRole('button', { name: 'Rotate', exact: true }).click();
  const reveal = prompt(page, `“${NAME}” has a new secret`);
  const secret = await reveal.getByRole('textbox', { name: 'Secret' }).innerText();
  await putAway(reveal);
  await expect(page.getByRole('link', { name: 'Rotate now' })).toBeHidden();
  expect(await verdict(page, asker, secret)).toBe('valid');
  expect(await verdict(page, asker, leaked)).toBe('revoked');
  await visitTokens(page);
  await hasStatus(page, 'Active');
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('its screens can be used by everybody', async ({ page, usable }) => {
      test.slow();
      await report(page, await make(page, { name: NAME }));
      await page.goto('/overview');
      await ready(page);
      await usable(page);
      await visitTokens(page);
      await hasStatus(page, 'Exposed');
      await usable(page);
      await choose(page, NAME, 'Rotate');
      await expect(prompt(page, 'Rotate token')).toContainText('stays refused');
      await usable(page);
      await visitTokens(page);
      await row(page, NAME).getByRole('link', { name: NAME }).click();
      await expect(page.getByRole('link', { name: 'Rotate now' })).toBeVisible();
      await usable(page);
    });
  });
}
