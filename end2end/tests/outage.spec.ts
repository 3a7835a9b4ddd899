// The server stops while somebody works, gracefully or by kill -9: nothing typed and nothing acknowledged is lost.
import { expect, test } from '../fixtures.ts';
import { choice, choose, create, createButton, fill, heading, make, prompt, row, visitTokens } from '../steps/tokens.ts';

const UNREACHABLE = 'The server could not be reached. Check the connection and try again; nothing was lost.';

test.beforeEach(({ complaints }) => complaints.expectOutage());

test('a token that could not be sent is created when the server is back', async ({ page, server }) => {
  await visitTokens(page);
  await createButton(page).click();
  const form = prompt(page, 'Create token');
  await fill(form, { name: 'Nightly backup', description: 'Every night', permissions: ['Billing Write'] });
  await server.stop();
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(form.getByRole('alert')).toHaveText(UNREACHABLE);
  await expect(form.getByRole('alert')).toBeFocused();
  await expect(form.getByLabel('Name')).toHaveValue('Nightly backup');
  await expect(form.getByLabel('Description')).toHaveValue('Every night');
  await expect(choice(form, 'Billing', 'Write')).toBeChecked();

  await server.start();
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“Nightly backup” is ready')).toBeVisible();
});

test('an edit that could not be sent is saved when the server is back', async ({ page, server }) => {
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  await choose(page, 'Nightly backup', 'Edit');
  const form = prompt(page, 'Edit token');
  await form.getByLabel('Name').fill('Weekly backup');
  await server.stop();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByRole('alert')).toHaveText(UNREACHABLE);
  await expect(form.getByLabel('Name')).toHaveValue('Weekly backup');

  await server.start();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Weekly backup')).toBeVisible();
});

test('a deletion that could not be sent is made when the server is back', async ({ page, server }) => {
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  await choose(page, 'Nightly backup', 'Delete');
  const question = prompt(page, 'Delete token');
  await expect(question).toContainText('Nightly backup');
  await server.stop();
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(question.getByRole('alert')).toHaveText(UNREACHABLE);

  await server.start();
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('No tokens yet')).toBeVisible();
});

test('a prompt that cannot be filled says so, and the list is still there', async ({ page, server }) => {
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  await server.stop();
  await choose(page, 'Nightly backup', 'Edit');
  await expect(prompt(page, 'Edit token')).toContainText(UNREACHABLE);
  await prompt(page, 'Edit token').getByRole('link', { name: 'Close' }).click();
  await expect(row(page, 'Nightly backup')).toBeVisible();

  await server.start();
  await choose(page, 'Nightly backup', 'Edit');
  await expect(prompt(page, 'Edit token').getByLabel('Name')).toHaveValue('Nightly backup');
});

test('a table that cannot be read says so, and can be tried again', async ({ page, server }) => {
  await visitTokens(page);
  await create(page, { name: 'Nightly backup' });
  await server.stop();
  const reveal = prompt(page, /is ready/);
  await reveal.getByRole('button', { name: 'Done' }).click();
  await reveal.getByRole('button', { name: 'Close without copying' }).click();
  await expect(page.getByRole('heading', { name: 'This page cannot be shown now' })).toBeVisible();
  await expect(page.getByText(UNREACHABLE)).toBeVisible();

  await server.start();
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('kill -9 takes back no token that was acknowledged', async ({ page, server }) => {
  await visitTokens(page);
  await create(page, { name: 'Nightly backup' });
  await server.stop('SIGKILL');
  await server.start();
  const reveal = prompt(page, /is ready/);
  await reveal.getByRole('button', { name: 'Done' }).click();
  await reveal.getByRole('button', { name: 'Close without copying' }).click();
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('kill -9 takes back no edit and no deletion that was acknowledged', async ({ page, server }) => {
  await make(page, { name: 'Nightly backup' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  await choose(page, 'Deploy bot', 'Edit');
  await prompt(page, 'Edit token').getByLabel('Name').fill('Release bot');
  await prompt(page, 'Edit token').getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Release bot')).toBeVisible();
  await choose(page, 'Nightly backup', 'Delete');
  await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(row(page, 'Nightly backup')).toBeHidden();

  await server.stop('SIGKILL');
  await server.start();
  await page.reload();
  await expect(heading(page)).toHaveText('Tokens 1');
  await expect(row(page, 'Release bot')).toBeVisible();
});
