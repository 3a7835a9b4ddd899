// The General tab: the workspace's name and the rules for its tokens, for those who set them and for those who are
// bound by them; with and without scripts, in every look.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { tab } from '../steps/people.ts';
import { ready, createButton, fill, limitsIn, make, prompt, row, settled, soon, visitTokens } from '../steps/tokens.ts';

const LONG = 'A workspace with a name as long as the names of workspaces can be: one hundred characters in total.';

const fields = (page: Page): Record<'name' | 'prefix' | 'lifetime' | 'required' | 'idle', Locator> => ({
  name: page.getByLabel('Name'),
  prefix: page.getByLabel('Prefix of secrets'),
  lifetime: page.getByLabel('Longest lifetime'),
  required: page.getByLabel('Every token has to expire'),
  idle: page.getByLabel('Idle after'),
});

async function visitGeneral(page: Page): Promise<void> {
  await page.goto('/settings/general');
  await expect(page.getByRole('heading', { name: 'General' })).toBeVisible();
  await settled(page);
}

async function save(page: Page, button = 'Save'): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
}

async function isSaved(page: Page): Promise<void> {
  await expect(page.getByRole('status').filter({ hasText: 'Saved the settings.' })).toBeVisible();
}

const brand = (page: Page): Locator => page.getByRole('navigation', { name: 'Main' }).getByRole('link').first();

test('a workspace gets a name, which stands in the navigation and in every title', async ({ page }) => {
  await visitTokens(page);
  await expect(page).toHaveTitle('Tokens · Tokenry');
  await tab(page, 'General').click();
  await expect(tab(page, 'General')).toHaveAttribute('aria-current', 'page');
  await fields(page).name.fill('Acme');
  await save(page);
  await isSaved(page);
  await expect(page, 'without leaving the page').toHaveTitle('General · Acme');
  await expect(brand(page)).toHaveAccessibleName('Acme Tokenry');
  await visitTokens(page);
  await expect(page, 'the scripts keep it').toHaveTitle('Tokens · Acme');
  await createButton(page).click();
  await expect(page).toHaveTitle('Create token · Acme');
});

test('a longest lifetime is said where an end is chosen, and kept', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await visitGeneral(page);
  await fields(page).lifetime.fill('90');
  await save(page);
  await isSaved(page);
  await visitTokens(page);
  await createButton(page).click();
  const form = prompt(page, 'Create token');
  const { expires } = limitsIn(form);
  await expect(expires).toHaveAccessibleDescription(/Expires at the end of this day \(UTC\)\. Tokens may live at most 90 days here: until \d+ \w+ \d{4}\.$/);
  await fill(form, { name: 'Sync', permissions: ['Projects Read'] });
  const tooLate = /^Expires at .* Tokens may live at most 90 days here.* Tokens may live/;
  for (const [end, sentence] of [['', /Choose a day\./], [soon(91), tooLate]] as const) {
    await expires.fill(end);
    await form.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(expires).toHaveAttribute('aria-invalid', 'true');
    await expect(expires).toHaveAccessibleDescription(sentence);
    await expect(expires).toBeFocused();
    await expect(form.getByLabel('Name')).toHaveValue('Sync');
  }
  await expires.fill(soon(90));
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“Sync” is ready')).toBeVisible();
});

test('a stricter rule asks first, and what breaks it stays until its end is changed', async ({ page, complaints }) => {
  complaints.expectStatus(409, 422);
  for (const name of ['Nightly backup', 'Deploy bot']) await make(page, { name });
  await make(page, { name: 'Fine', limits: { expires_at: soon(30) } });
  await visitGeneral(page);
  await fields(page).name.fill('Acme');
  await fields(page).lifetime.fill('90');
  await save(page);
  const question = page.getByRole('alertdialog', { name: 'Save stricter rules?' });
  await expect(question).toContainText('2 tokens expire later than 90 days from now, or never:');
  await expect(question.getByRole('listitem')).toHaveText([/Deploy bot/, /Nightly backup/]);
  await expect(question).toContainText('They keep working as they are.');
  await expect(question).toContainText('Nothing has been saved yet.');
  await expect(fields(page).name).toHaveValue('Acme');
  await expect(question.getByRole('link', { name: 'Cancel' }), 'it begins at the way that changes nothing').toBeFocused();
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect(fields(page).name, 'what was typed stays').toHaveValue('Acme');
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeFocused();
  await save(page);
  await save(page, 'Confirm');
  await isSaved(page);
  await expect(fields(page).lifetime).toHaveValue('90');

  await visitTokens(page);
  await row(page, 'Deploy bot').getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const form = prompt(page, 'Edit token');
  await expect(limitsIn(form).expires).toHaveAccessibleDescription(/This one may stay as it is\.$/);
  await form.getByLabel('Description').fill('For releases');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Deploy bot')).toContainText('For releases');
  await row(page, 'Deploy bot').getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await limitsIn(form).expires.fill(soon(200));
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(limitsIn(form).expires).toHaveAttribute('aria-invalid', 'true');
});

test('new secrets begin with the chosen prefix, and old ones stay as they are', async ({ page }) => {
  await make(page, { name: 'Old' });
  await visitGeneral(page);
  await fields(page).prefix.fill('acme');
  await save(page);
  await isSaved(page);
  await visitTokens(page);
  await createButton(page).click();
  const form = prompt(page, 'Create token');
  await fill(form, { name: 'New', permissions: ['Projects Read'] });
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“New” is ready').getByRole('textbox', { name: 'Secret' })).toHaveText(/^acme_[0-9A-Za-z]{36}$/);
  await page.goto('/settings/tokens');
  await expect(row(page, 'Old')).toContainText('tkr_…');
  await expect(row(page, 'New')).toContainText('acme_…');
});

test('the second of two admins is told, and nothing typed is lost', async ({ page, as, complaints }) => {
  complaints.expectStatus(409);
  const tomas = await as('tomas', 'admin');
  for (const one of [page, tomas]) await visitGeneral(one);
  await fields(tomas).name.fill('Apex');
  await save(tomas);
  await isSaved(tomas);
  await fields(page).name.fill('Acme');
  await fields(page).idle.fill('14');
  await save(page);
  await expect(page.getByRole('alert')).toContainText('These settings were changed while you were editing.');
  await expect(fields(page).name).toHaveValue('Acme');
  await expect(fields(page).name).toHaveAccessibleDescription(/Their value: Apex/);
  await save(page);
  await isSaved(page);
  await expect(fields(page).idle).toHaveValue('14');
});

test('everybody else reads what binds them', async ({ as, page, accessible, validHtml }) => {
  await visitGeneral(page);
  await fields(page).lifetime.fill('90');
  await save(page);
  await isSaved(page);
  for (const [who, role, why] of [['ines', 'member', 'Only an admin can do this.'], ['noor', 'viewer', 'Viewers have read-only access']] as const) {
    const other = await as(who, role);
    await other.goto('/settings/tokens');
    await tab(other, 'General').click();
    for (const text of [why, '90 days', 'Every token has to expire', 'tkr_', '30 days without use']) {
      await expect(other.getByText(text).first()).toBeVisible();
    }
    await expect(other.getByRole('button', { name: 'Save' })).toBeHidden();
    await ready(other);
    await accessible(other);
    await validHtml('/settings/general', other);
  }
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('rules are chosen, asked about, confirmed and kept', async ({ page, complaints, validHtml }) => {
    complaints.expectStatus(409, 422);
    await make(page, { name: 'Nightly backup' });
    await visitGeneral(page);
    await fields(page).lifetime.fill('never');
    await save(page);
    await expect(fields(page).lifetime).toHaveAccessibleDescription(/Write a number from 1 to 3650, or nothing for no limit\./);
    await fields(page).lifetime.fill('');
    await fields(page).required.check();
    await save(page);
    await expect(page.getByRole('alertdialog')).toContainText('1 token never expires:');
    await save(page, 'Confirm');
    await isSaved(page);
    await expect(fields(page).required).toBeChecked();
    await validHtml('/settings/general');
    await page.goto('/settings/tokens/new');
    const form = prompt(page, 'Create token');
    await expect(limitsIn(form).expires).toHaveAccessibleDescription(/Every token has to expire here\./);
    await fill(form, { name: 'Sync', permissions: ['Projects Read'] });
    await form.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(limitsIn(form).expires).toHaveAccessibleDescription(/Choose a day\./);
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('the settings can be used by everybody', async ({ page, usable, complaints }) => {
      complaints.expectStatus(409, 422);
      const see = (what: string): Promise<void> =>
        test.step(what, async () => {
          await ready(page);
          await usable(page);
        });
      await make(page, { name: 'x'.repeat(80) });
      await visitGeneral(page);
      await see('the form');
      await fields(page).name.fill(LONG);
      await fields(page).prefix.fill('Acme');
      await fields(page).lifetime.fill('0');
      await save(page);
      await expect(fields(page).prefix).toHaveAttribute('aria-invalid', 'true');
      await see('the form with errors');
      await fields(page).prefix.fill('acme');
      await fields(page).lifetime.fill('90');
      await save(page);
      await expect(page.getByRole('alertdialog')).toContainText('1 token expires later than 90 days');
      await see('the question');
      await save(page, 'Confirm');
      await isSaved(page);
      await see('a long name in the navigation');
    });
  });
}
