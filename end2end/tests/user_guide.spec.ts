// The user guide, step by step: its sentences, quoted in comments, hold.
import { expect, test } from '../fixtures.ts';
import { choice, created, dots, prompt, ready, row } from '../steps/tokens.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test.beforeEach(async ({ page }) => {
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Tokens' }).click();
  await ready(page);
});

test('a new token is created', async ({ page }) => {
  // You’ll be presented with a list of existing tokens ... the ‘Create token’ button, at the top right corner.
  const button = page.getByRole('button', { name: 'Create token' });
  const place = await button.boundingBox();
  expect(place?.x).toBeGreaterThan(640);
  expect(place?.y).toBeLessThan(200);
  await button.click();

  // ... a prompt, asking for details such as its name, description, and required permissions.
  const form = prompt(page, 'Create token');
  await form.getByLabel('Name').fill('Nightly backup');
  await form.getByLabel('Description').fill('Copies every project at 02:00. Ask Ines.');
  await choice(form, 'Projects', 'Read').check();
  await choice(form, 'Webhooks', 'Write').check();
  await form.getByRole('button', { name: 'Create', exact: true }).click();

  // The secret is shown once.
  const reveal = prompt(page, '“Nightly backup” is ready');
  await expect(reveal.getByRole('textbox', { name: 'Secret' })).toHaveText(/^tkr_[0-9A-Za-z]{36}$/);
  const secret = await reveal.getByRole('textbox', { name: 'Secret' }).innerText();
  await reveal.getByRole('button', { name: 'Copy', exact: true }).click();
  await reveal.getByRole('button', { name: 'Done' }).click();
  await expect(reveal).toBeHidden();

  const made = row(page, 'Nightly backup');
  await expect(made).toContainText('Copies every project at 02:00. Ask Ines.');
  await expect(made).toContainText('projects:read');
  await expect(made).toContainText('webhooks:write');
  await expect(made).toContainText(`tkr_…${secret.slice(-4)}`);
  await expect(page.getByRole('heading', { name: 'Tokens 1' })).toBeVisible();
});

test('an existing token is edited', async ({ page }) => {
  await created(page, { name: 'Nightly backup', description: 'Every night', permissions: ['Projects Read'] });

  // Next to each token, you’ll see three horizontally aligned dots ... From this menu, select ‘Edit’.
  await dots(page, 'Nightly backup').click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();

  // A prompt will then display the current details of the token.
  const form = prompt(page, 'Edit token');
  await expect(form.getByLabel('Name')).toHaveValue('Nightly backup');
  await expect(form.getByLabel('Description')).toHaveValue('Every night');
  await expect(choice(form, 'Projects', 'Read')).toBeChecked();
  await expect(choice(form, 'Projects', 'Write')).not.toBeChecked();

  // Make your necessary modifications here ... click ‘Save’ to confirm the changes.
  await form.getByLabel('Name').fill('Weekly backup');
  await form.getByLabel('Description').fill('Every Sunday');
  await choice(form, 'Projects', 'Read').uncheck();
  await choice(form, 'Billing', 'Read').check();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();

  await expect(row(page, 'Weekly backup')).toContainText('Every Sunday');
  await expect(row(page, 'Weekly backup')).toContainText('billing:read');
  await expect(row(page, 'Weekly backup')).not.toContainText('projects:read');
  await expect(row(page, 'Nightly backup')).toBeHidden();
  await expect(page.getByRole('status').filter({ hasText: 'Saved “Weekly backup”.' })).toBeVisible();
});

test('an existing token is deleted', async ({ page }) => {
  await created(page, { name: 'Nightly backup' });
  await created(page, { name: 'Deploy bot' });

  // Click on these dots for the token you want to delete ... From this menu, select ‘Delete’.
  await dots(page, 'Nightly backup').click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();

  // A prompt will then appear, asking for your confirmation.
  const question = page.getByRole('alertdialog', { name: 'Delete token' });
  await expect(question).toContainText('Delete “Nightly backup”');
  await expect(question).toContainText('It can read projects.');
  await expect(question).toContainText('Anything still using it will stop working immediately.');
  await question.getByRole('button', { name: 'Confirm' }).click();

  await expect(question).toBeHidden();
  await expect(row(page, 'Nightly backup')).toBeHidden();
  await expect(row(page, 'Deploy bot')).toBeVisible();
  await page.reload();
  await expect(row(page, 'Deploy bot')).toBeVisible();
  await expect(row(page, 'Nightly backup')).toBeHidden();
});
