// Rotating a token without downtime, disabling and enabling it, and what people read before they delete it.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { FROM_HERE } from '../steps/people.ts';
import { address, ready, choose, dots, make, prompt, putAway, row, soon, toast, verdict, visitTokens } from '../steps/tokens.ts';
import { pasted, press, tabTo } from '../steps/watch.ts';

const NAME = 'Nightly backup';
const VERIFIER = { name: 'Gateway', permissions: ['tokenry.tokens:verify'] };
const reveal = (page: Page) => prompt(page, `“${NAME}” has a new secret`);
// Found by text: on a phone the cell also has its label.
const hasStatus = (page: Page, status: string) => expect(row(page, NAME).locator('[data-label=Status]').getByText(status, { exact: true })).toBeVisible();

/** The two choices of the prompt: how long the old secret works, and after how long without use it ends earlier. */
const overlap = (form: Locator, name: string): Locator =>
  form.getByRole('group', { name: 'Keep the old secret working for' }).getByRole('radio', { name });
const quiet = (form: Locator, name: string): Locator =>
  form.getByRole('group', { name: 'Stop earlier if unused for' }).getByRole('radio', { name, exact: true });

async function secretOn(page: Page): Promise<string> {
  const secret = await reveal(page).getByRole('textbox', { name: 'Secret' }).innerText();
  expect(secret).toMatch(/^tkr_[0-9A-Za-z]{36}$/);
  return secret;
}

test('a token gets a new secret, and the old one works until it is ended', async ({ page }) => {
  const asker = await make(page, VERIFIER);
  const old = await make(page, { name: NAME });
  await visitTokens(page);
  await choose(page, NAME, 'Rotate');
  const form = prompt(page, 'Rotate token');
  await expect(page).toHaveTitle('Rotate token · Tokenry');
  await expect(overlap(form, '24 hours')).toBeChecked();
  await expect(form).toContainText('Never used.');
  await overlap(form, '1 hour').check();
  await form.getByRole('button', { name: 'Rotate', exact: true }).click();
  const secret = await secretOn(page);
  await expect(reveal(page)).toContainText(/The old secret works until .* UTC\./);
  await putAway(reveal(page));
  await expect(toast(page, `Rotated “${NAME}”.`)).toBeVisible();
  await hasStatus(page, 'Rotating');
  expect(await page.content()).not.toContain(secret);
  expect(await verdict(page, asker, secret)).toBe('valid');
  expect(await verdict(page, asker, old, '198.51.100.7')).toBe('valid');

  // Uses are written once a second.
  const path = await address(page, NAME, 'Rotate');
  await expect(async () => {
    await page.goto(path);
    await expect(form.getByRole('row', { name: '198.51.100.7' })).toContainText('within this hour', { timeout: 100 });
  }).toPass();
  await expect(form.getByRole('row', { name: '203.0.113.9' }), 'that was the new one').toBeHidden();
  await ready(page);
  await form.getByRole('button', { name: 'End the old secret now' }).click();
  await expect(toast(page, `The old secret of “${NAME}” no longer works.`)).toBeVisible();
  await hasStatus(page, 'Active');
  expect(await verdict(page, asker, old)).toBe('revoked');
  expect(await verdict(page, asker, secret)).toBe('valid');
});

test.describe('with the clipboard', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('by keyboard alone, and Escape does not take the secret away', async ({ page }) => {
    await make(page, { name: NAME });
    await visitTokens(page);
    await dots(page, NAME).press('Enter');
    await press(page, 'r', 'Enter');
    const form = prompt(page, 'Rotate token');
    await expect(overlap(form, '24 hours')).toBeFocused();
    await ready(page);
    await press(page, 'ArrowDown');
    await expect(overlap(form, '7 days')).toBeChecked();
    await press(page, 'Enter');
    const secret = await secretOn(page);
    await ready(page);
    await expect(reveal(page).getByRole('button', { name: 'Copy' })).toBeFocused();
    await press(page, 'Escape', 'Escape');
    await expect(reveal(page)).toContainText(secret);
    await press(page, 'Enter');
    await expect(reveal(page).getByText('Copied to the clipboard.')).toBeVisible();
    await tabTo(page, reveal(page).getByRole('button', { name: 'Done' }));
    await press(page, 'Enter');
    await hasStatus(page, 'Rotating');
    await page.goto('/settings/tokens/new');
    expect(await pasted(prompt(page, 'Create token').getByLabel('Name'))).toBe(secret);
  });
});

test('the second of two who rotate is told, and may go on', async ({ page, complaints }) => {
  complaints.expectStatus(409);
  await make(page, { name: NAME });
  await visitTokens(page);
  const path = await address(page, NAME, 'Rotate');
  await page.goto(path);
  await ready(page);
  const form = prompt(page, 'Rotate token');
  await overlap(form, '7 days').check();
  expect((await page.request.post(path, { headers: FROM_HERE, form: { overlap_seconds: 0 } })).status()).toBe(201);
  await form.getByRole('button', { name: 'Rotate', exact: true }).click();
  await expect(form.getByRole('alert')).toContainText('This token was changed after you opened this prompt.');
  await expect(overlap(form, '7 days')).toBeChecked();
  await form.getByRole('button', { name: 'Rotate', exact: true }).click();
  await expect(reveal(page)).toBeVisible();
});

test('an old secret is told to end by itself once nobody presents it', async ({ page }) => {
  const asker = await make(page, VERIFIER);
  const old = await make(page, { name: NAME });
  await visitTokens(page);
  await choose(page, NAME, 'Rotate');
  const form = prompt(page, 'Rotate token');
  await expect(quiet(form, 'Off')).toBeChecked();
  await overlap(form, '7 days').check();
  await quiet(form, '6 hours').check();
  await form.getByRole('button', { name: 'Rotate', exact: true }).click();
  const sentence = /stops once it is unused for 6 hours, at the latest on .* UTC\./;
  await expect(reveal(page)).toContainText(sentence);
  await putAway(reveal(page));
  const path = await address(page, NAME, 'Rotate');
  await page.goto(path);
  await expect(form).toContainText(sentence);

  expect(await verdict(page, asker, old)).toBe('valid');
  const secrets = page.getByRole('region', { name: 'Secrets' });
  await expect(async () => {
    await page.goto(path.replace(/\/rotate$/, ''));
    await expect(secrets).toContainText('It was last used', { timeout: 100 });
  }).toPass();
  await expect(secrets).toContainText(sentence);
  await secrets.getByRole('link', { name: 'Who still uses it' }).click();
  await expect(form.getByRole('row', { name: '203.0.113.9' })).toBeVisible();
});

test('a silence as long as the overlap is no promise', async ({ page }) => {
  await make(page, { name: NAME });
  await visitTokens(page);
  await choose(page, NAME, 'Rotate');
  const form = prompt(page, 'Rotate token');
  await overlap(form, '1 hour').check();
  await quiet(form, '24 hours').check();
  await form.getByRole('button', { name: 'Rotate', exact: true }).click();
  await expect(reveal(page)).toContainText(/The old secret works until .* UTC\./);
});

test('a token is disabled instead of deleted, and enabled again', async ({ page }) => {
  const asker = await make(page, VERIFIER);
  const secret = await make(page, { name: NAME });
  expect(await verdict(page, asker, secret)).toBe('valid');
  await visitTokens(page);
  await choose(page, NAME, 'Delete');
  await prompt(page, 'Delete token').getByRole('link', { name: 'Disable instead' }).click();
  await expect(page).toHaveTitle('Disable token · Tokenry');
  const disable = page.getByRole('alertdialog', { name: 'Disable token' });
  await expect(disable.getByRole('link', { name: 'Cancel' })).toBeFocused();
  await disable.getByRole('button', { name: 'Disable' }).click();
  await expect(toast(page, `Disabled “${NAME}”.`)).toBeVisible();
  await hasStatus(page, 'Disabled');
  expect(await verdict(page, asker, secret)).toBe('disabled');

  await ready(page);
  await dots(page, NAME).click();
  await expect(page.getByRole('menuitem', { name: 'Disable' })).toBeHidden();
  await page.getByRole('menuitem', { name: 'Enable' }).click();
  await page.getByRole('alertdialog', { name: 'Enable token' }).getByRole('button', { name: 'Enable' }).click();
  await expect(toast(page, `Enabled “${NAME}”.`)).toBeVisible();
  await hasStatus(page, 'Active');
  expect(await verdict(page, asker, secret)).toBe('valid');
});

test('each prompt lies over the list as it was, and gives the focus back to the dots', async ({ page }) => {
  for (const name of [NAME, 'Deploy bot']) await make(page, { name });
  await page.goto('/settings/tokens?q=nightly&sort=name');
  await ready(page);
  for (const action of ['Rotate', 'Disable', 'Transfer'] as const) {
    for (const close of ['Escape', 'Cancel']) {
      await choose(page, NAME, action);
      const form = prompt(page, `${action} token`);
      await expect(form.getByRole('link', { name: 'Cancel' })).toBeVisible();
      await expect(row(page, NAME), 'behind it').toBeAttached();
      if (close === 'Escape') await press(page, 'Escape');
      else await form.getByRole('link', { name: 'Cancel' }).click();
      await expect(page).toHaveURL('/settings/tokens?q=nightly&sort=name');
      await expect(dots(page, NAME)).toBeFocused();
      await expect(row(page, 'Deploy bot')).toBeHidden();
    }
  }
  await choose(page, NAME, 'Disable');
  await prompt(page, 'Disable token').getByRole('button', { name: 'Disable' }).click();
  await hasStatus(page, 'Disabled');
  await expect(page).toHaveURL('/settings/tokens?q=nightly&sort=name');
  await expect(dots(page, NAME)).toBeFocused();
});

test('neither Done nor Escape takes a new secret away that was not copied', async ({ page }) => {
  await make(page, { name: NAME });
  await visitTokens(page);
  await choose(page, NAME, 'Rotate');
  await prompt(page, 'Rotate token').getByRole('button', { name: 'Rotate', exact: true }).click();
  const secret = await secretOn(page);
  await press(page, 'Escape', 'Escape');
  await expect(reveal(page).getByRole('alert')).toContainText('The secret has not been copied.');
  await expect(reveal(page)).toContainText(secret);
  await reveal(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(reveal(page).getByText('Copied to the clipboard.')).toBeVisible();
  await reveal(page).getByRole('button', { name: 'Done' }).click();
  await expect(reveal(page)).toBeHidden();

  await choose(page, NAME, 'Rotate');
  await prompt(page, 'Rotate token').getByRole('button', { name: 'Rotate', exact: true }).click();
  const next = await secretOn(page);
  await reveal(page).getByRole('button', { name: 'Done' }).click();
  await expect(reveal(page).getByRole('alert')).toContainText('The secret has not been copied.');
  await expect(reveal(page)).toContainText(next);
});

test('before a token is deleted one reads who uses it', async ({ page }) => {
  const asker = await make(page, VERIFIER);
  const secret = await make(page, { name: NAME });
  for (const from of ['203.0.113.9', '203.0.113.9', '2001:db8::7']) await verdict(page, asker, secret, from);
  await visitTokens(page);
  const path = await address(page, NAME, 'Delete');
  await expect(async () => {
    await page.goto(path);
    await expect(page.getByText('3 calls in the last 24 hours from 2 addresses, last just now.')).toBeVisible({ timeout: 100 });
  }).toPass();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a token is rotated, disabled and enabled', async ({ page }) => {
    await make(page, { name: NAME });
    await page.goto('/settings/tokens');
    await choose(page, NAME, 'Rotate');
    await prompt(page, 'Rotate token').getByRole('button', { name: 'Rotate', exact: true }).click();
    const secret = await secretOn(page);
    expect((await page.content()).split(secret).length - 1, 'in the text alone').toBe(1);
    await reveal(page).getByRole('link', { name: 'Done' }).click();
    await hasStatus(page, 'Rotating');
    for (const [word, status] of [['Disable', 'Disabled'], ['Enable', 'Rotating']] as const) {
      await choose(page, NAME, word);
      await prompt(page, `${word} token`).getByRole('button', { name: word }).click();
      await hasStatus(page, status);
    }
    await choose(page, NAME, 'Rotate');
    await prompt(page, 'Rotate token').getByRole('button', { name: 'End the old secret now' }).click();
    await hasStatus(page, 'Active');
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('every prompt can be used by everybody', async ({ page, usable, validHtml, validAnswer }) => {
      test.slow();
      const see = (what: string) =>
        test.step(what, async () => {
          await ready(page);
          await usable(page);
        });
      const asker = await make(page, VERIFIER);
      const secret = await make(page, { name: NAME, limits: { expires_at: soon(3) } });
      await visitTokens(page);
      const [rotate, disable] = [await address(page, NAME, 'Rotate'), await address(page, NAME, 'Disable')];
      await page.goto(rotate);
      await expect(page.getByText('It stops earlier, because the token expires')).toBeVisible();
      await see('rotate');
      await page.getByRole('button', { name: 'Rotate', exact: true }).click();
      await expect(reveal(page)).toBeVisible();
      await see('the new secret');
      await page.goto(rotate.replace(/\/rotate$/, ''));
      await expect(page.getByRole('region', { name: 'Secrets' })).toContainText('The old secret');
      await see('the page of a token that is rotating');
      await page.goto(rotate);
      await see('rotate, while nobody presents the old secret');
      await verdict(page, asker, secret, '2001:db8:1234:5678:9abc:def0:1234:5678');
      await expect(async () => {
        await page.goto(rotate);
        await expect(page.getByText('within this hour')).toBeVisible({ timeout: 100 });
      }).toPass();
      await see('rotate, while somebody does');
      await page.goto(disable);
      await see('disable');
      await page.getByRole('button', { name: 'Disable' }).click();
      await hasStatus(page, 'Disabled');
      const enable = await address(page, NAME, 'Enable');
      await page.goto(enable);
      await see('enable');
      await page.goto(disable);
      await expect(page.getByText('is disabled already')).toBeVisible();
      await see('disabled already');
      await page.goto(rotate);
      await expect(page.getByText('This token is disabled')).toBeVisible();
      await see('rotate what is disabled');
      for (const path of [rotate, disable, enable]) await validHtml(path);
      await validAnswer(await page.request.post(rotate, { headers: FROM_HERE, form: { overlap_seconds: 'a while' } }), 422);
      await validAnswer(await page.request.post(rotate, { headers: FROM_HERE, form: { overlap_seconds: '0' } }), 201);
    });
  });
}
