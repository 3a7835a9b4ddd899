// The form of a token: its hints while somebody chooses, and its messages when something is wrong.
import { expect, test } from '../fixtures.ts';
import { ready, choice, choose, fill, make, prompt, row, visitTokens } from '../steps/tokens.ts';
import { asksFor } from '../steps/watch.ts';

const NAME_MISSING = 'Give the token a name, so that others can tell what it is for.';
const NOTHING_CHOSEN = 'Select at least one permission.';
const TAKEN = /^Another token has this name, or one that looks the same\. It is “[^”]+” \(.+\)\. Choose a different name\.$/;

test('a message that has not come takes no room', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await ready(page);
  await expect(prompt(page, 'Create token').getByLabel('Name')).toBeFocused();
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(page.getByRole('status').last(), 'the place of announcements').toBeHidden();
});

test('every wrong field is told beside it, without asking the server', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await ready(page);
  const asked = asksFor(page);
  const form = prompt(page, 'Create token');
  await form.getByLabel('Description').fill('d'.repeat(301));
  await form.getByRole('button', { name: 'Create', exact: true }).click();

  await expect(form.getByLabel('Name')).toHaveAccessibleDescription(NAME_MISSING);
  await expect(form.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await expect(form.getByLabel('Name')).toBeFocused();
  await expect(form.getByLabel('Description')).toHaveAccessibleDescription(/Keep this to 300 characters; it has 301\./);
  await expect(form.getByLabel('Description')).toHaveAttribute('aria-invalid', 'true');
  await expect(form.getByRole('group', { name: 'Permissions' })).toHaveAccessibleDescription(NOTHING_CHOSEN);
  expect(asked).toEqual([]);
});

test('the focus goes to the first field that is wrong', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await ready(page);
  const form = prompt(page, 'Create token');
  const create = form.getByRole('button', { name: 'Create', exact: true });
  await form.getByLabel('Name').fill('Nightly\u200b backup');
  await form.getByLabel('Description').fill('d'.repeat(301));
  await create.click();
  await expect(form.getByLabel('Name')).toBeFocused();
  await expect(form.getByText('This contains a character that cannot be seen (U+200B).')).toBeVisible();

  await form.getByLabel('Name').fill('Nightly backup');
  await create.click();
  await expect(form.getByLabel('Description')).toBeFocused();
  await expect(form.getByLabel('Name')).not.toHaveAttribute('aria-invalid');

  await form.getByLabel('Description').fill('');
  await create.click();
  await expect(form.getByRole('group', { name: 'Permissions' })).toBeFocused();
  await expect(form.getByLabel('Description')).not.toHaveAttribute('aria-invalid');

  await choice(form, 'Projects', 'Read').check();
  await create.click();
  await expect(prompt(page, '“Nightly backup” is ready')).toBeVisible();
});

test('a name that is taken is told by the server, and nothing typed is lost', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await make(page, { name: 'Nightly backup' });
  await page.goto('/settings/tokens/new');
  await ready(page);
  const form = prompt(page, 'Create token');
  await fill(form, { name: 'nightly BACKUP', description: 'Twice', permissions: ['Billing Write'] });
  await form.getByRole('button', { name: 'Create', exact: true }).click();

  await expect(form.getByLabel('Name')).toHaveAccessibleDescription(TAKEN);
  await expect(form.getByLabel('Name')).toBeFocused();
  await expect(form.getByLabel('Name')).toHaveValue('nightly BACKUP');
  await expect(form.getByLabel('Description')).toHaveValue('Twice');
  await expect(choice(form, 'Billing', 'Write')).toBeChecked();

  await form.getByLabel('Name').fill('Weekly backup');
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“Weekly backup” is ready')).toBeVisible();
});

test('an edit is checked like a new token', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await make(page, { name: 'Nightly backup' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  await choose(page, 'Deploy bot', 'Edit');
  const form = prompt(page, 'Edit token');
  await form.getByLabel('Name').fill(' ');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByText(NAME_MISSING)).toBeVisible();
  await form.getByLabel('Name').fill('Nightly Backup');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByText(TAKEN)).toBeVisible();
  await form.getByLabel('Name').fill('Deploy Bot');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Deploy Bot')).toBeVisible();
});

test('a sentence says what the token will be able to do', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await ready(page);
  const form = prompt(page, 'Create token');
  const sentence = form.getByText(/^(This token will be able to|No permissions selected yet)/);
  await expect(sentence).toHaveText('No permissions selected yet.');
  await choice(form, 'Projects', 'Read').check();
  await expect(sentence).toHaveText('This token will be able to read projects, and nothing else.');
  await choice(form, 'Billing', 'Read').check();
  await choice(form, 'Webhooks', 'Write').check();
  await expect(sentence).toHaveText('This token will be able to read projects and billing, and write webhooks, and nothing else.');
  await choice(form, 'Projects', 'Read').uncheck();
  await expect(sentence).toHaveText('This token will be able to read billing, and write webhooks, and nothing else.');
});

test('the presets choose many at once', async ({ page }) => {
  await page.goto('/settings/tokens/new');
  await ready(page);
  const form = prompt(page, 'Create token');
  const sentence = form.getByText(/^(This token will be able to|No permissions selected yet)/);
  const preset = (name: string) => form.getByRole('group', { name: 'Presets' }).getByRole('button', { name });
  await choice(form, 'Webhooks', 'Write').check();
  await preset('Read only').click();
  for (const resource of ['Projects', 'Members', 'Billing', 'Webhooks']) {
    await expect(choice(form, resource, 'Read')).toBeChecked();
    await expect(choice(form, resource, 'Write')).not.toBeChecked();
  }
  await expect(sentence).toContainText('read projects, members, billing and webhooks, and nothing else.');
  await preset('Everything').click();
  for (const resource of ['Projects', 'Members', 'Billing', 'Webhooks']) {
    for (const action of ['Read', 'Write']) await expect(choice(form, resource, action)).toBeChecked();
  }
  await expect(sentence).toContainText('and write projects, members, billing and webhooks, and nothing else.');
  await preset('Nothing').click();
  for (const box of await form.getByRole('checkbox').all()) await expect(box).not.toBeChecked();
  await expect(sentence).toHaveText('No permissions selected yet.');

  await preset('Read only').click();
  await form.getByLabel('Name').fill('Dashboard');
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(prompt(page, '“Dashboard” is ready')).toBeVisible();
});

test('the sentence begins with what a token holds', async ({ page }) => {
  await make(page, { name: 'Nightly backup', permissions: ['members:write', 'projects:read'] });
  await visitTokens(page);
  await choose(page, 'Nightly backup', 'Edit');
  await expect(prompt(page, 'Edit token').getByText('This token will be able to')).toHaveText(
    'This token will be able to read projects, and write members, and nothing else.',
  );
});
