// Restoring a deleted token, for a limited time: with everything that it had, and a new secret.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { FROM_HERE } from '../steps/people.ts';
import { address, ready, choose, make, prompt, putAway, row, soon, toast, verdict, visitTokens } from '../steps/tokens.ts';

const NAME = 'Nightly backup';
const DELETED = '/settings/tokens/deleted';
const VERIFIER = { name: 'Gateway', permissions: ['tokenry.tokens:verify'] };
const reveal = (page: Page): Locator => prompt(page, `“${NAME}” is restored with a new secret`);
const restore = (page: Page, name: string): Locator => page.getByRole('link', { name: `Restore ${name}`, exact: true });

/** Deletes a token without its prompt: faster, for tests about something else. */
async function gone(page: Page, name: string): Promise<void> {
  await page.goto('/settings/tokens');
  const path = await address(page, name, 'Delete');
  expect((await page.request.post(path, { headers: FROM_HERE, form: {}, maxRedirects: 0 })).status()).toBe(303);
}

async function secretOn(page: Page): Promise<string> {
  const secret = await reveal(page).getByRole('textbox', { name: 'Secret' }).innerText();
  expect(secret).toMatch(/^tkr_[0-9A-Za-z]{36}$/);
  return secret;
}

test('a token that was deleted by mistake comes back with a new secret', async ({ page }) => {
  const asker = await make(page, VERIFIER);
  const old = await make(page, { name: NAME, description: 'Every night at two' });
  await visitTokens(page);
  await choose(page, NAME, 'Delete');
  await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(row(page, NAME)).toBeHidden();
  expect(await verdict(page, asker, old)).toBe('revoked');

  await page.goto(DELETED);
  await expect(page).toHaveTitle('Deleted tokens · Tokenry');
  await expect(page.getByText('You can restore a deleted token for 7 days.')).toBeVisible();
  await expect(row(page, NAME)).toContainText('Every night at two');
  await expect(row(page, NAME)).toContainText('Ada Moreau');
  await ready(page);
  await restore(page, NAME).click();
  const question = prompt(page, 'Restore token');
  await expect(question).toContainText('comes back as it was: its permissions, limits and history, for Ada Moreau.');
  await expect(question).toContainText('It can read projects.');
  await expect(question).toContainText('Revoked secrets never work again');
  await question.getByRole('button', { name: 'Restore' }).click();
  const secret = await secretOn(page);
  expect(await verdict(page, asker, secret)).toBe('valid');
  expect(await verdict(page, asker, old)).toBe('revoked');
  await putAway(reveal(page));
  await expect(toast(page, `Restored “${NAME}”.`)).toBeVisible();
  await expect(page).toHaveURL(DELETED);
  await expect(page.getByText('No deleted tokens')).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  await visitTokens(page);
  await expect(row(page, NAME)).toContainText('Every night at two');
});

test('the sentence that tells of a deletion or a pause leads to the way back', async ({ page }) => {
  await make(page, { name: NAME });
  await visitTokens(page);
  const undo = (said: string): Locator => toast(page, said).getByRole('link', { name: 'Undo' });
  await choose(page, NAME, 'Disable');
  await prompt(page, 'Disable token').getByRole('button', { name: 'Disable' }).click();
  await undo(`Disabled “${NAME}”.`).click();
  await prompt(page, 'Enable token').getByRole('button', { name: 'Enable' }).click();
  await expect(row(page, NAME).getByRole('cell', { name: 'Active', exact: true })).toBeVisible();
  await choose(page, NAME, 'Delete');
  await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await undo(`Deleted “${NAME}”.`).click();
  await prompt(page, 'Restore token').getByRole('button', { name: 'Restore' }).click();
  await putAway(reveal(page));
  await visitTokens(page);
  await expect(row(page, NAME)).toBeVisible();
});

test('Escape leaves it deleted, and leads back to the list', async ({ page }) => {
  await make(page, { name: NAME });
  await gone(page, NAME);
  await page.goto(DELETED);
  await ready(page);
  await restore(page, NAME).click();
  await expect(prompt(page, 'Restore token').getByRole('link', { name: 'Cancel' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(prompt(page, 'Restore token')).toBeHidden();
  await expect(page).toHaveURL(DELETED);
  await expect(restore(page, NAME)).toBeFocused();
});

test('a name that is taken meanwhile is said, and another one is chosen', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await make(page, { name: NAME });
  await gone(page, NAME);
  await make(page, { name: NAME });
  await page.goto(DELETED);
  await ready(page);
  await restore(page, NAME).click();
  const question = prompt(page, 'Restore token');
  const name = question.getByLabel('Another name');
  await expect(name).toHaveValue(`${NAME} (restored)`);
  await expect(name).toBeFocused();
  await expect(name).toHaveAccessibleDescription(/Ada Moreau now has another token called “Nightly backup”/);
  await name.fill(NAME.toUpperCase());
  await question.getByRole('button', { name: 'Restore' }).click();
  await expect(name).toHaveAccessibleDescription(/Another token has this name, or one that looks the same\./);
  await name.fill('Weekly backup');
  await question.getByRole('button', { name: 'Restore' }).click();
  await expect(prompt(page, '“Weekly backup” is restored with a new secret')).toBeVisible();
});

test('admins choose for how long, and are told what a shorter time gives up', async ({ page, complaints }) => {
  complaints.expectStatus(404, 409);
  await make(page, { name: NAME });
  await page.goto('/settings/tokens');
  const path = (await address(page, NAME, 'Delete')).replace(/delete$/, 'restore');
  await gone(page, NAME);
  await page.goto('/settings/general');
  await ready(page);
  const days = page.getByLabel('Deleted tokens can be restored for');
  await expect(days).toHaveValue('7');
  await days.fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alertdialog')).toContainText('1 token that was deleted can no longer be restored:');
  await expect(page.getByRole('alertdialog')).toContainText(NAME);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Saved the settings.' })).toBeVisible();
  await page.goto(DELETED);
  await expect(page.getByText('Deleted tokens are not kept')).toBeVisible();
  await page.goto(path);
  await expect(prompt(page, 'Restore token')).toContainText('“Nightly backup” can no longer be restored.');
  await prompt(page, 'Restore token').getByRole('link', { name: 'Close' }).click();
  await expect(page).toHaveURL((url) => url.pathname === DELETED);
});

test('viewers see what was deleted, and members see their own', async ({ page, as }) => {
  await make(page, { name: NAME });
  await gone(page, NAME);
  const [noor, ines] = [await as('noor', 'viewer'), await as('ines', 'member')];
  await noor.goto(DELETED);
  await expect(row(noor, NAME)).toBeVisible();
  await expect(noor.getByText('Viewers have read-only access.')).toBeVisible();
  await expect(restore(noor, NAME)).toBeHidden();
  await ines.goto(DELETED);
  await expect(ines.getByText('No deleted tokens')).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a token is brought back', async ({ page }) => {
    await make(page, { name: NAME });
    await gone(page, NAME);
    await page.goto(DELETED);
    await restore(page, NAME).click();
    await prompt(page, 'Restore token').getByRole('button', { name: 'Restore' }).click();
    await secretOn(page);
    await reveal(page).getByRole('link', { name: 'Done' }).click();
    await expect(page).toHaveURL((url) => url.pathname === DELETED);
    await page.goto('/settings/tokens');
    await expect(row(page, NAME)).toBeVisible();
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('deleted tokens can be brought back by everybody', async ({ page, usable, complaints, validHtml, validAnswer }) => {
      test.slow();
      complaints.expectStatus(422);
      const see = (what: string): Promise<void> =>
        test.step(what, async () => {
          await ready(page);
          await usable(page);
        });
      await page.goto(DELETED);
      await see('no deleted tokens');
      const long = 'x'.repeat(80);
      await make(page, { name: long, description: 'y'.repeat(200), limits: { expires_at: soon(3) } });
      await make(page, { name: NAME });
      for (const name of [long, NAME]) await gone(page, name);
      await make(page, { name: NAME });
      await page.goto(DELETED);
      await see('the list');
      await validHtml(DELETED);
      const path = (await restore(page, NAME).getAttribute('href')) ?? '';
      await restore(page, long).click();
      await expect(prompt(page, 'Restore token')).toBeVisible();
      await see('the question');
      await page.goto(path);
      await ready(page);
      await expect(page.getByLabel('Another name')).toBeVisible();
      await see('the question about a name');
      await page.getByLabel('Another name').fill(NAME);
      await page.getByRole('button', { name: 'Restore' }).click();
      await expect(page.getByLabel('Another name')).toHaveAttribute('aria-invalid', 'true');
      await see('the question about a name, with an error');
      await validHtml(path);
      await validAnswer(await page.request.post(path, { headers: FROM_HERE, form: { name: NAME } }), 422);
      await validAnswer(await page.request.post(path, { headers: FROM_HERE, form: { name: `${NAME} 2` } }), 201);
      await page.goto(path);
      await expect(page.getByText('is not deleted')).toBeVisible();
      await see('what is live');
      await validHtml(path);
    });
  });
}
