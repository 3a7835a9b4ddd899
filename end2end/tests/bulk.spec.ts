// Bulk actions: tokens are selected in the table, confirmed in one prompt, and reported one by one in the result.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { ADA, FROM_HERE, named, recipient } from '../steps/people.ts';
import { address, ready, heading, make, prompt, row, toast, verdict, visitTokens } from '../steps/tokens.ts';
import { press } from '../steps/watch.ts';

const INES = named('ines');
const LONG = 'The-one-with-a-name-as-long-as-names-can-be-and-without-any-space-in-it-to-break';

function bar(page: Page): Locator {
  const named = { name: 'Selected tokens' };
  return page.getByRole('region', named).or(page.getByRole('group', named));
}

/** Selects tokens in the table and opens the prompt of an action. */
async function ask(page: Page, names: string[], action: 'Disable' | 'Enable' | 'Transfer' | 'Delete'): Promise<Locator> {
  for (const name of names) await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  await bar(page).getByRole('button', { name: action }).click();
  const question = prompt(page, `${action} tokens`);
  await expect(question).toBeVisible();
  return question;
}

/** The line about one token in a prompt or in a result. */
function line(where: Locator, name: string): Locator {
  return where.getByRole('listitem').filter({ hasText: name });
}

async function close(page: Page, where: Locator): Promise<void> {
  await where.getByRole('link', { name: 'Close' }).click();
  await expect(heading(page)).toBeVisible();
}

test('the way back leads to the list as it was asked for', async ({ page }) => {
  for (const name of ['Nightly backup', 'Deploy bot']) await make(page, { name });
  await page.goto('/settings/tokens?q=nightly');
  await ready(page);
  const question = await ask(page, ['Nightly backup'], 'Disable');
  await question.getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL('/settings/tokens?q=nightly');
  await expect(row(page, 'Deploy bot')).toBeHidden();
});

test('Shift selects a range, Escape nothing, and a prompt that is cancelled leaves the selection', async ({ page }) => {
  for (const name of ['Nightly backup', 'Deploy bot', 'Payroll', 'Status page']) await make(page, { name });
  await page.goto('/settings/tokens?sort=name');
  await ready(page);
  const box = (name: string): Locator => page.getByRole('checkbox', { name: `Select ${name}`, exact: true });
  await box('Deploy bot').click();
  await box('Payroll').click({ modifiers: ['Shift'] });
  await expect(bar(page)).toContainText('3 selected');
  await expect(box('Nightly backup')).toBeChecked();
  await expect(box('Status page')).not.toBeChecked();
  await bar(page).getByRole('button', { name: 'Disable' }).click();
  await expect(prompt(page, 'Disable tokens').getByRole('link', { name: 'Cancel' })).toBeFocused();
  await press(page, 'Escape');
  await expect(prompt(page, 'Disable tokens')).toBeHidden();
  await expect(bar(page)).toContainText('3 selected');
  await expect(box('Payroll')).toBeChecked();
  await box('Payroll').focus();
  await press(page, 'Escape');
  await expect(bar(page)).toBeHidden();
  await expect(box('Payroll')).not.toBeChecked();
});

test('several tokens are disabled and enabled at once', async ({ page, accessible }) => {
  for (const name of ['Nightly backup', 'Deploy bot', 'Payroll']) await make(page, { name });
  for (const [action, sentence, status] of [
    ['Disable', 'Disabled 2 tokens.', 'Disabled'],
    ['Enable', 'Enabled 2 tokens.', 'Active'],
  ] as const) {
    await visitTokens(page);
    const question = await ask(page, ['Nightly backup', 'Payroll'], action);
    await ready(page);
    await expect(page).toHaveTitle(`${action} tokens · Tokenry`);
    await expect(question).toContainText(`${action} these 2 tokens?`);
    await expect(line(question, 'Nightly backup')).toContainText(ADA.name);
    await expect(line(question, 'Deploy bot')).toBeHidden();
    await expect(question.getByRole('link', { name: 'Cancel' })).toBeFocused();
    await accessible(page);
    await question.getByRole('button', { name: action }).click();
    await expect(toast(page, sentence)).toBeVisible();
    await expect(question).toBeHidden();
    await expect(bar(page), 'nothing is selected any more').toBeHidden();
    await expect(row(page, 'Payroll').getByRole('cell', { name: status, exact: true })).toBeVisible();
    await expect(row(page, 'Deploy bot').getByRole('cell', { name: 'Active', exact: true })).toBeVisible();
  }
});

test('deleting says who uses each token, begins at Cancel, and ends their secrets', async ({ page }) => {
  const asker = await make(page, { name: 'Gateway', permissions: ['tokenry.tokens:verify'] });
  const secret = await make(page, { name: 'Nightly backup' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  let question = await ask(page, ['Nightly backup', 'Deploy bot'], 'Delete');
  await expect(question).toContainText('Anything still using them will stop working immediately. Their secrets never work again. You can restore the tokens for 7 days; they then get new secrets.');
  await expect(line(question, 'Nightly backup')).toContainText('Never used.');
  await expect(question.getByRole('link', { name: 'Disable instead' })).toBeVisible();
  await ready(page);
  await expect(question.getByRole('link', { name: 'Cancel' })).toBeFocused();
  expect(await question.evaluate((dialog) => dialog.matches(':modal'))).toBe(true);
  await page.reload();
  await ready(page);
  await expect(question, 'a prompt is a URL').toContainText('Delete these 2 tokens?');
  await press(page, 'Escape');
  await expect(page).toHaveURL((url) => url.pathname === '/settings/tokens');
  await expect(row(page, 'Nightly backup')).toBeVisible();
  await expect(bar(page), 'they are still selected').toContainText('2 selected');

  await bar(page).getByRole('button', { name: 'Delete' }).click();
  question = prompt(page, 'Delete tokens');
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(toast(page, 'Deleted 2 tokens.')).toBeVisible();
  expect(await verdict(page, asker, secret)).toBe('revoked');
  await expect(row(page, 'Gateway')).toBeVisible();
  await expect(row(page, 'Nightly backup')).toBeHidden();
  await expect(row(page, 'Deploy bot')).toBeHidden();
});

test('one that somebody changed meanwhile stays, and is told apart', async ({ page, accessible }) => {
  for (const name of ['Nightly backup', 'Deploy bot']) await make(page, { name });
  await visitTokens(page);
  const pause = await address(page, 'Deploy bot', 'Disable');
  const question = await ask(page, ['Nightly backup', 'Deploy bot'], 'Delete');
  await expect(question).toContainText('Delete these 2 tokens?');
  await page.request.post(pause, { headers: FROM_HERE, form: { version: '1' } });
  await question.getByRole('button', { name: 'Confirm' }).click();
  // Found by its text: the prompt before it has the same name, and closes behind it.
  const result = prompt(page, 'Delete tokens').filter({ hasText: 'Deleted 1 token. 1 was not:' });
  await expect(line(result, 'Deploy bot')).toContainText('It was changed after you had looked at it.');
  await expect(prompt(page, 'Delete tokens')).toHaveCount(1);
  await accessible(page);
  await result.getByRole('link', { name: 'Look at this one again' }).click();
  await expect(prompt(page, 'Delete tokens')).toContainText('Delete this token?');
  await expect(line(prompt(page, 'Delete tokens'), 'Deploy bot')).toContainText('Disabled');
});

test('several tokens change their owner', async ({ page, as, complaints }) => {
  complaints.expectStatus(422);
  await as('ines', 'member');
  for (const name of ['Nightly backup', 'Deploy bot', 'Payroll']) await make(page, { name });
  await visitTokens(page);
  const question = await ask(page, ['Nightly backup', 'Deploy bot'], 'Transfer');
  await question.getByRole('button', { name: 'Transfer' }).click();
  await expect(recipient(question)).toHaveAccessibleDescription('Choose the new owner.');
  await recipient(question).selectOption(INES.name);
  await question.getByRole('button', { name: 'Transfer' }).click();
  const done = `Transferred 2 tokens to ${INES.name}.`;
  const result = prompt(page, 'Transfer tokens').filter({ hasText: done });
  await expect(result.getByRole('status')).toHaveText(done);
  await expect(prompt(page, 'Transfer tokens')).toHaveCount(1);
  await close(page, result);
  await expect(row(page, 'Nightly backup').getByRole('cell', { name: INES.name })).toBeVisible();
  await expect(row(page, 'Payroll').getByRole('cell', { name: ADA.name })).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the same is asked and done, and who chose nothing is told', async ({ page, complaints }) => {
    complaints.expectStatus(422);
    for (const name of ['Nightly backup', 'Deploy bot']) await make(page, { name });
    await page.goto('/settings/tokens/bulk?action=delete');
    await expect(page.getByText('No tokens are selected.')).toBeVisible();
    await page.getByRole('link', { name: 'Close' }).click();
    const question = await ask(page, ['Nightly backup', 'Deploy bot'], 'Delete');
    await question.getByRole('button', { name: 'Confirm' }).click();
    await expect(toast(page, 'Deleted 2 tokens.')).toBeVisible();
    await expect(page.getByText('No tokens yet')).toBeVisible();
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('the prompt and the result are whole, well-formed and accessible', async ({ page, usable, validHtml, validAnswer }) => {
      test.slow();
      for (const name of [LONG, 'Nightly backup', 'Deploy bot', 'Payroll', 'Status page', 'Old crawler']) await make(page, { name });
      await visitTokens(page);
      await page.request.post(await address(page, 'Old crawler', 'Disable'), { headers: FROM_HERE, form: { version: '1' } });
      for (const action of ['Disable', 'Delete', 'Transfer'] as const) {
        await visitTokens(page);
        await ask(page, [LONG, 'Nightly backup', 'Deploy bot', 'Payroll', 'Status page', 'Old crawler'], action);
        await ready(page);
        await usable(page);
        const { pathname, search } = new URL(page.url());
        await validHtml(`${pathname}${search}`);
      }
      const ids = new URL(page.url()).searchParams.getAll('id');
      // The disabled token has a newer version by now.
      const form = { action: 'delete', tokens: ids.map((id) => `${id}.1`).join(' ') };
      const { pathname, search } = new URL(page.url());
      await validAnswer(await page.request.post(`${pathname}${search}`, { headers: FROM_HERE, form }), 200);
    });
  });
}
