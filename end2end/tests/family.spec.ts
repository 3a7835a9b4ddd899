// Tokens that were made by another token: the links between them, and ending them together.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { section } from '../steps/uses.ts';
import { choice, choose, createButton, make, prompt, row, toggle, verdict, visitTokens } from '../steps/tokens.ts';

const MAKER = { name: 'Provisioning', permissions: ['tokenry.tokens:write', 'tokenry.tokens:verify', 'projects:read'] };

/** Creates tokens with the secret of another token, as a script does. */
async function makeWith(page: Page, secret: string, names: string[]): Promise<string[]> {
  const secrets = [];
  for (const name of names) {
    const headers = { authorization: `Bearer ${secret}` };
    const answer = await page.request.post('/v1/tokens', { headers, data: { name, permissions: ['projects:read'] } });
    expect(answer.status()).toBe(201);
    secrets.push((await answer.json()).secret);
  }
  return secrets;
}

test('the page of a token leads to those that it made, and theirs back to it', async ({ page }) => {
  await makeWith(page, await make(page, MAKER), ['Ledger', 'Export']);
  await visitTokens(page);
  await row(page, MAKER.name).getByRole('link', { name: MAKER.name, exact: true }).click();
  await section(page, 'Created 2 tokens').getByRole('link', { name: 'Ledger' }).click();
  await expect(page.getByRole('heading', { name: 'Ledger', exact: true })).toBeVisible();
  await section(page, 'Details').getByRole('link', { name: MAKER.name }).click();
  await expect(page.getByRole('heading', { name: MAKER.name, exact: true })).toBeVisible();
});

test('what a token made is deleted with it by a tick, and stays without', async ({ page }) => {
  const asker = await make(page, { name: 'Gateway', permissions: ['tokenry.tokens:verify'] });
  const [ledger = ''] = await makeWith(page, await make(page, MAKER), ['Ledger']);
  await visitTokens(page);
  await choose(page, MAKER.name, 'Delete');
  const question = prompt(page, 'Delete token');
  const also = question.getByRole('checkbox', { name: 'Also delete the token it created: “Ledger”.' });
  await expect(also).not.toBeChecked();
  await also.check();
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(prompt(page, 'Delete tokens').getByRole('status')).toHaveText('Deleted 2 tokens.');
  expect(await verdict(page, asker, ledger)).toBe('revoked');

  const [kept = ''] = await makeWith(page, await make(page, MAKER), ['Export']);
  await visitTokens(page);
  await choose(page, MAKER.name, 'Delete');
  await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(row(page, MAKER.name)).toHaveCount(0);
  expect(await verdict(page, asker, kept)).toBe('valid');
});

test('what a token made is disabled with it by a tick', async ({ page }) => {
  await makeWith(page, await make(page, MAKER), ['Ledger', 'Export']);
  await visitTokens(page);
  await choose(page, MAKER.name, 'Disable');
  const question = prompt(page, 'Disable token');
  await question.getByRole('checkbox', { name: /^Also disable the 2 tokens it created/ }).check();
  await question.getByRole('button', { name: 'Disable' }).click();
  await expect(prompt(page, 'Disable tokens').getByRole('status')).toHaveText('Disabled 3 tokens.');
});

test('what several tokens made is deleted with them by a tick', async ({ page }) => {
  const asker = await make(page, { name: 'Gateway', permissions: ['tokenry.tokens:verify'] });
  const [ledger = ''] = await makeWith(page, await make(page, MAKER), ['Ledger']);
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  for (const name of [MAKER.name, 'Deploy bot']) await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  await page.getByRole('group', { name: 'Selected tokens' }).getByRole('button', { name: 'Delete' }).click();
  const question = prompt(page, 'Delete tokens');
  await question.getByRole('checkbox', { name: 'Also delete the token they created: “Ledger”.' }).check();
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Deleted 3 tokens.' })).toBeVisible();
  expect(await verdict(page, asker, ledger)).toBe('revoked');
});

test('whoever gives a token power over other people’s tokens reads what that means', async ({ page }) => {
  await visitTokens(page);
  await createButton(page).click();
  const creator = prompt(page, 'Create token');
  await toggle(creator, 'Tokenry API');
  await expect(creator.getByText('“Write all” changes other people’s tokens')).toBeVisible();
  await choice(creator, 'Tokenry’s tokens', 'Write all').check();
  await expect(creator.getByText('This token will be able to')).toHaveText(
    'This token will be able to write all Tokenry’s tokens, and nothing else.',
  );
});
