// Doing the same to several tokens: chosen in the table, asked about in one prompt, told apart afterwards.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { ADA, FROM_HERE, named, recipient } from '../steps/people.ts';
import { address, awake, heading, make, prompt, row, verdict, visitTokens } from '../steps/tokens.ts';
import { press } from '../steps/watch.ts';

const INES = named('ines');
const LONG = 'The-one-with-a-name-as-long-as-names-can-be-and-without-any-space-in-it-to-break';

function bar(page: Page): Locator {
  const named = { name: 'Selected tokens' };
  return page.getByRole('region', named).or(page.getByRole('group', named));
}

/** Chooses tokens in the table, and what to do with them. */
async function ask(page: Page, names: string[], action: 'Disable' | 'Enable' | 'Hand over' | 'Delete'): Promise<Locator> {
  for (const name of names) await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  await bar(page).getByRole('button', { name: action }).click();
  const question = prompt(page, `${action} tokens`);
  await expect(question).toBeVisible();
  return question;
}

/** What is said of one token in a prompt or in a result. */
function line(where: Locator, name: string): Locator {
  return where.getByRole('listitem').filter({ hasText: name });
}

async function backToTheTokens(page: Page, where: Locator): Promise<void> {
  await where.getByRole('link', { name: 'Back to the tokens' }).click();
  await expect(heading(page)).toBeVisible();
}

test('the way back leads to the list as it was asked for', async ({ page }) => {
  for (const name of ['Nightly backup', 'Deploy bot']) await make(page, { name });
  await page.goto('/settings/tokens?q=nightly');
  await awake(page);
  const question = await ask(page, ['Nightly backup'], 'Disable');
  await question.getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL('/settings/tokens?q=nightly');
  await expect(row(page, 'Deploy bot')).toBeHidden();
});

test('several tokens are disabled and enabled at once', async ({ page, accessible }) => {
  for (const name of ['Nightly backup', 'Deploy bot', 'Payroll']) await make(page, { name });
  for (const [action, sentence, status] of [
    ['Disable', '2 tokens are disabled.', 'Disabled'],
    ['Enable', '2 tokens are enabled.', 'Active'],
  ] as const) {
    await visitTokens(page);
    const question = await ask(page, ['Nightly backup', 'Payroll'], action);
    await awake(page);
    await expect(page).toHaveTitle(`${action} tokens · Tokenry`);
    await expect(question).toContainText(`${action} these 2 tokens?`);
    await expect(line(question, 'Nightly backup')).toContainText(ADA.name);
    await expect(line(question, 'Deploy bot')).toBeHidden();
    await expect(question.getByRole('link', { name: 'Cancel' })).toBeFocused();
    await accessible(page);
    await question.getByRole('button', { name: action }).click();
    const result = prompt(page, `${action} tokens`);
    await expect(result).toContainText(sentence);
    await awake(page);
    await accessible(page);
    await backToTheTokens(page, result);
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
  await expect(question).toContainText('Programs that still use them will be refused at once. Their secrets never work again; for 7 days the tokens can be brought back with new ones.');
  await expect(line(question, 'Nightly backup')).toContainText('Not used in the last 24 hours');
  await expect(question.getByRole('link', { name: 'Disable instead' })).toBeVisible();
  await awake(page);
  await expect(question.getByRole('link', { name: 'Cancel' })).toBeFocused();
  expect(await question.evaluate((dialog) => dialog.matches(':modal'))).toBe(true);
  await page.reload();
  await awake(page);
  await expect(question, 'a prompt is a URL').toContainText('Delete these 2 tokens?');
  await press(page, 'Escape');
  await expect(page).toHaveURL((url) => url.pathname === '/settings/tokens');
  await expect(row(page, 'Nightly backup')).toBeVisible();

  await awake(page);
  question = await ask(page, ['Nightly backup', 'Deploy bot'], 'Delete');
  await question.getByRole('button', { name: 'Confirm' }).click();
  const result = prompt(page, 'Delete tokens');
  await expect(result).toContainText('2 tokens are deleted.');
  expect(await verdict(page, asker, secret)).toBe('revoked');
  await backToTheTokens(page, result);
  await expect(row(page, 'Gateway')).toBeVisible();
  await expect(row(page, 'Nightly backup')).toBeHidden();
  await expect(row(page, 'Deploy bot')).toBeHidden();
});

test('one that somebody changed meanwhile stays, and is told apart', async ({ page }) => {
  for (const name of ['Nightly backup', 'Deploy bot']) await make(page, { name });
  await visitTokens(page);
  const pause = await address(page, 'Deploy bot', 'Disable');
  const question = await ask(page, ['Nightly backup', 'Deploy bot'], 'Delete');
  await expect(question).toContainText('Delete these 2 tokens?');
  await page.request.post(pause, { headers: FROM_HERE, form: { version: '1' } });
  await question.getByRole('button', { name: 'Confirm' }).click();
  const result = prompt(page, 'Delete tokens');
  await expect(result).toContainText('1 token is deleted. 1 is not:');
  await expect(line(result, 'Deploy bot')).toContainText('Somebody changed it after you had looked at it.');
  await result.getByRole('link', { name: 'Look at this one again' }).click();
  await expect(prompt(page, 'Delete tokens')).toContainText('Delete this token?');
  await expect(line(prompt(page, 'Delete tokens'), 'Deploy bot')).toContainText('Disabled');
});

test('several tokens change their owner', async ({ page, as, complaints }) => {
  complaints.expectStatus(422);
  await as('ines', 'member');
  for (const name of ['Nightly backup', 'Deploy bot', 'Payroll']) await make(page, { name });
  await visitTokens(page);
  const question = await ask(page, ['Nightly backup', 'Deploy bot'], 'Hand over');
  await question.getByRole('button', { name: 'Hand over' }).click();
  const again = prompt(page, 'Hand over tokens');
  await expect(recipient(again)).toHaveAccessibleDescription('Choose the person who answers for this from now on.');
  await recipient(again).selectOption(INES.name);
  await again.getByRole('button', { name: 'Hand over' }).click();
  const result = prompt(page, 'Hand over tokens');
  await expect(result).toContainText(`2 tokens are handed over to ${INES.name}.`);
  await backToTheTokens(page, result);
  await expect(row(page, 'Nightly backup').getByRole('cell', { name: INES.name })).toBeVisible();
  await expect(row(page, 'Payroll').getByRole('cell', { name: ADA.name })).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the same is asked and done, and who chose nothing is told', async ({ page, complaints }) => {
    complaints.expect(/was preloaded using link preload but not used/);
    complaints.expectStatus(422);
    for (const name of ['Nightly backup', 'Deploy bot']) await make(page, { name });
    await page.goto('/settings/tokens/bulk?action=delete');
    await expect(page.getByText('No token is selected.')).toBeVisible();
    await page.getByRole('link', { name: 'Go to the tokens' }).click();
    const question = await ask(page, ['Nightly backup', 'Deploy bot'], 'Delete');
    await question.getByRole('button', { name: 'Confirm' }).click();
    const result = prompt(page, 'Delete tokens');
    await expect(result).toContainText('2 tokens are deleted.');
    await backToTheTokens(page, result);
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
      for (const action of ['Disable', 'Delete', 'Hand over'] as const) {
        await visitTokens(page);
        await ask(page, [LONG, 'Nightly backup', 'Deploy bot', 'Payroll', 'Status page', 'Old crawler'], action);
        await awake(page);
        await usable(page);
        const { pathname, search } = new URL(page.url());
        await validHtml(`${pathname}${search}`);
      }
      const ids = new URL(page.url()).searchParams.getAll('id');
      // The one that is disabled has another version by now.
      const form = { action: 'delete', tokens: ids.map((id) => `${id}.1`).join(' ') };
      await validAnswer(await page.request.post('/settings/tokens/bulk', { headers: FROM_HERE, form }), 200);
    });
  });
}
