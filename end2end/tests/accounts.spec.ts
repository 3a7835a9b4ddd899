// Groups, service accounts, what they may give, and asking for more; with and without scripts.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { FROM_HERE, named, tab } from '../steps/people.ts';
import { choice, createButton, make, prompt, ready, row, toast, visitTokens } from '../steps/tokens.ts';

const INES = named('ines');
const EVERYONE = '/settings/accounts/00000000-0000-7000-8000-000000000001';

/** Makes a group or a service account, without the form, and returns its page. */
async function makeAccount(page: Page, kind: 'group' | 'service', name: string, stewards = ''): Promise<string> {
  const list = kind === 'group' ? '/settings/groups' : '/settings/service-accounts';
  const form = { kind, name, purpose: 'For a test', stewards };
  const answer = await page.request.post(`${list}/new`, { headers: FROM_HERE, form, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  return new URL(answer.headers()['location'] ?? '', 'http://tokenry').pathname;
}

test('a group is made, somebody becomes its steward, and they make a token for it', async ({ page, as }) => {
  const ines = await as('ines', 'member');
  await page.goto('/settings/tokens');
  await tab(page, 'Groups').click();
  await page.getByRole('link', { name: 'Create group' }).click();
  const create = prompt(page, 'Create group');
  await create.getByLabel('Name').fill('Platform');
  await create.getByLabel('Purpose').fill('Runs what others build');
  await create.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name: 'Platform' })).toBeVisible();

  await page.getByRole('link', { name: 'Add member' }).click();
  const member = prompt(page, 'Member');
  await member.getByLabel('Person or service account').selectOption({ label: INES.name });
  await member.getByRole('checkbox', { name: /^Steward/ }).check();
  await member.getByRole('button', { name: 'Save' }).click();
  await expect(toast(page, 'Saved the member.')).toBeVisible();
  await expect(page.getByRole('row', { name: INES.name }).getByRole('cell', { name: 'Steward', exact: true })).toBeVisible();

  await visitTokens(ines);
  await createButton(ines).click();
  const token = prompt(ines, 'Create token');
  await token.getByLabel('Owner').selectOption({ label: 'Platform' });
  await token.getByLabel('Name').fill('Deploy');
  await choice(token, 'Projects', 'Read').check();
  await token.getByRole('button', { name: 'Create' }).click();
  await expect(ines.getByText('“Deploy” is ready')).toBeVisible();
});

test('what Everyone may give is taken only after its holders were shown, and can be asked for', async ({ page, as, complaints }) => {
  complaints.expectStatus(409);
  const ines = await as('ines', 'member');
  await make(ines, { name: 'Nightly backup' });
  await page.goto(EVERYONE);
  await page.getByRole('link', { name: 'Change', exact: true }).click();
  const grants = prompt(page, 'What it may give');
  await grants.getByRole('checkbox', { name: 'All of the catalogue' }).uncheck();
  await grants.getByRole('button', { name: 'Save' }).click();
  const question = page.getByRole('alertdialog', { name: 'Take permissions from tokens?' });
  await expect(question.getByRole('link', { name: 'Nightly backup' })).toBeVisible();
  await question.getByRole('button', { name: 'Take and save' }).click();
  await expect(toast(page, 'Saved what may be given. 1 token loses permissions, from the next request on.')).toBeVisible();

  await visitTokens(ines);
  await row(ines, 'Nightly backup').getByRole('link', { name: 'Nightly backup' }).click();
  await expect(ines.getByText('No effect: its owner may not give it').first()).toBeVisible();
  await visitTokens(ines);
  await createButton(ines).click();
  const create = prompt(ines, 'Create token');
  await expect(choice(create, 'Projects', 'Read')).toBeDisabled();

  await ines.goto('/settings/requests/new');
  const ask = prompt(ines, 'Ask for a permission');
  await ask.getByLabel('Permission').selectOption('projects:read');
  await ask.getByLabel('Reason').fill('The nightly report');
  await ask.getByRole('button', { name: 'Ask' }).click();
  await expect(ines.getByText('Waiting', { exact: true })).toBeVisible();

  await page.goto('/settings/requests');
  await ready(page);
  await page.getByRole('link', { name: 'Answer', exact: true }).click();
  const answer = prompt(page, 'Answer a request');
  await expect(answer.getByText('The nightly report')).toBeVisible();
  await answer.getByRole('radio', { name: 'Grant it' }).check();
  await answer.getByRole('button', { name: 'Answer' }).click();
  await expect(toast(page, `Granted projects:read for ${INES.name}.`)).toBeVisible();
  await ines.reload();
  await expect(ines.getByText('Granted by Ada Moreau')).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a service account is made, disabled and deleted', async ({ page }) => {
    await page.goto('/settings/service-accounts/new');
    await page.getByLabel('Name').fill('Nightly builds');
    await page.getByRole('button', { name: 'Create' }).click();
    await expect(page.getByText('Created Nightly builds.')).toBeVisible();
    const place = new URL(page.url()).pathname;
    await page.goto(`${place}/disable`);
    await page.getByRole('button', { name: 'Disable' }).click();
    await expect(page.getByText('Disabled', { exact: true })).toBeVisible();
    await page.goto(`${place}/delete`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await expect(page).toHaveURL(/\/settings\/service-accounts/);
  });

  test('the question before something is taken needs no scripts', async ({ page, as, complaints }) => {
    complaints.expectStatus(409);
    await make(await as('ines', 'member'), { name: 'Nightly backup' });
    await page.goto(`${EVERYONE}/grants`);
    await page.getByRole('checkbox', { name: 'All of the catalogue' }).uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Take and save' }).click();
    await expect(page.getByText('Saved what may be given.')).toBeVisible();
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('groups, service accounts and requests can be used by everybody', async ({ page, usable, complaints }) => {
      test.slow();
      complaints.expectStatus(409, 422);
      const group = await makeAccount(page, 'group', 'Platform');
      const service = await makeAccount(page, 'service', 'Nightly builds', group.split('/').pop());
      const prompts = ['edit', 'grants', 'member', 'disable', 'delete'].map((word) => `${group}/${word}`);
      const screens = ['/settings/groups', '/settings/groups/new', '/settings/service-accounts', '/settings/requests', '/settings/requests/new'];
      for (const place of [...screens, EVERYONE, group, service, ...prompts]) {
        await test.step(place, async () => {
          await page.goto(place);
          await ready(page);
          await usable(page);
        });
      }
    });
  });
}
