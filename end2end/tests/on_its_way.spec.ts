// Prompts that are closed while the server still works on their request: the work is finished, and reported.
import { expect, test } from '../fixtures.ts';
import { heldBack } from '../steps/watch.ts';
import { choose, createButton, fill, heading, make, prompt, row, toast, visitTokens } from '../steps/tokens.ts';

test('a secret is shown though its prompt was closed while the token was being created', async ({ page }) => {
  await visitTokens(page);
  const create = await heldBack(page, 'create_token');
  await createButton(page).click();
  const form = prompt(page, 'Create token');
  await fill(form, { name: 'Nightly backup', permissions: ['Billing Write'] });
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await create.asked;
  await page.goBack();
  await expect(form).toBeHidden();

  create.answer();
  const reveal = prompt(page, '“Nightly backup” is ready');
  await expect(reveal.getByRole('textbox', { name: 'Secret' })).toHaveText(/^tkr_/);
  await expect(page).toHaveURL('/settings/tokens');
  await reveal.getByRole('button', { name: 'Copy' }).click();
  await reveal.getByRole('button', { name: 'Done' }).click();
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('a deletion that was confirmed is made and said though its prompt was closed', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  const remove = await heldBack(page, 'delete_token');
  await choose(page, 'Nightly backup', 'Delete');
  await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await remove.asked;
  await page.keyboard.press('Escape');
  await choose(page, 'Deploy bot', 'Edit');
  await prompt(page, 'Edit token').getByLabel('Name').fill('Release bot');

  remove.answer();
  await expect(toast(page, 'Deleted “Nightly backup”.')).toBeVisible();
  await expect(row(page, 'Nightly backup')).toBeHidden();
  // Another prompt is open by now, and keeps what was typed there.
  await expect(prompt(page, 'Edit token').getByLabel('Name')).toHaveValue('Release bot');
});

test('an edit whose answer is lost is told though its prompt was closed', async ({ page, complaints }) => {
  complaints.expect(/net::ERR_CONNECTION_REFUSED/);
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  const save = await heldBack(page, 'edit_token');
  await choose(page, 'Nightly backup', 'Edit');
  await prompt(page, 'Edit token').getByLabel('Name').fill('Weekly backup');
  await prompt(page, 'Edit token').getByRole('button', { name: 'Save' }).click();
  await save.asked;
  // The input has been sent, so Escape does not ask.
  await page.keyboard.press('Escape');
  await expect(prompt(page, 'Edit token')).toBeHidden();

  save.fail();
  await expect(toast(page, 'The server could not be reached.')).toBeVisible();
});

test('two taps on Escape close a prompt and leave nothing else', async ({ page }) => {
  await page.goto('/settings/audit');
  await visitTokens(page);
  await createButton(page).click();
  await expect(prompt(page, 'Create token').getByLabel('Name')).toBeFocused();
  // Both presses come before the browser has gone back.
  await prompt(page, 'Create token').evaluate((dialog) => {
    for (let i = 0; i < 2; i += 1) dialog.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
  });
  await expect(prompt(page, 'Create token')).toBeHidden();
  await expect(heading(page)).toBeVisible();
  await expect(page).toHaveURL('/settings/tokens');
});
