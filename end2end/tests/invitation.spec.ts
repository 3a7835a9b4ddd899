// Inviting people: a link that is shown once, works once, and is invalid afterwards.
import { expect, test } from '../fixtures.ts';
import {
  OTHER_PASSWORD,
  choosePassword,
  hasStatus,
  invite,
  inviteThrough,
  named,
  personRow,
  signIn,
  tab,
  typeNewPassword,
  visitPeople,
} from '../steps/people.ts';
import { ready, heading, prompt } from '../steps/tokens.ts';

const INES = named('ines');
const ENDED = 'This link has expired or was already used.';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('an invitation is a link, shown once and copied, that leads in and is then dead', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(404);
  const link = await inviteThrough(page, INES);
  await ready(page);
  const shown = prompt(page, `A link for ${INES.name}`);
  await expect(shown).toContainText('It is shown once.');
  await shown.getByRole('button', { name: 'Copy' }).click();
  await expect(shown.getByRole('status')).toHaveText('Copied to the clipboard.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await shown.getByRole('button', { name: 'Done' }).click();
  await expect(page).toHaveURL('/settings/people');
  expect(await page.content()).not.toContain(link);
  await hasStatus(page, INES, 'Invited');
  await expect(personRow(page, INES).getByText('Never')).toBeVisible();

  const ines = await elsewhere();
  await ines.goto(link);
  await expect(ines, 'the code leaves the address').toHaveURL('/password');
  await ines.reload();
  await expect(ines.getByText(`Welcome, ${INES.name}. You sign in as ${INES.email}.`)).toBeVisible();
  await expect(ines.getByLabel('New password', { exact: true })).toBeFocused();
  await typeNewPassword(ines, OTHER_PASSWORD);
  await ines.getByRole('button', { name: 'Save and sign in' }).click();
  await expect(ines).toHaveURL('/settings/tokens');
  await expect(ines.getByText('No tokens yet')).toBeVisible();
  await page.reload();
  await hasStatus(page, INES, 'Active');
  await expect(personRow(page, INES).getByRole('cell', { name: 'member' })).toBeVisible();

  const late = await elsewhere();
  for (const one of [late, ines]) {
    expect((await one.goto(link))?.status()).toBe(404);
    await expect(one.getByText(ENDED)).toBeVisible();
  }
  await late.goto('/');
  await signIn(late, INES, OTHER_PASSWORD);
  await expect(heading(late)).toBeVisible();
});

test('an invitation opened in a browser where somebody else is signed in, makes it the browser of whoever was invited', async ({ page, context }) => {
  const link = await inviteThrough(page, INES);
  const here = await context.newPage();
  await choosePassword(here, link, OTHER_PASSWORD);
  await expect(here.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: INES.name })).toBeVisible();
  await expect(tab(here, 'People')).toBeHidden();
});

test('an invitation refuses a password that is too easy, and works all the same afterwards', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(422);
  const link = await inviteThrough(page, INES);
  const ines = await elsewhere();
  await ines.goto(link);
  for (const [typed, sentence] of [['short', /Use at least 15 characters/], ['passwordpassword', /one of the first that anybody would try/]] as const) {
    await typeNewPassword(ines, typed);
    await ines.getByRole('button', { name: 'Save and sign in' }).click();
    await expect(ines.getByLabel('New password', { exact: true })).toHaveAccessibleDescription(sentence);
    await expect(ines.getByLabel('New password', { exact: true })).toBeFocused();
  }
  await choosePassword(ines, link, OTHER_PASSWORD);
});

test('an invitation with something wrong comes back with what was typed', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await visitPeople(page);
  await invite(page).click();
  const form = prompt(page, 'Invite person');
  await expect(form.getByLabel('Name')).toBeFocused();
  await expect(form.getByRole('radio', { name: 'member' }), 'the usual role').toBeChecked();
  await form.getByLabel('Name').fill('Ada Two');
  await form.getByLabel('E-mail address').fill('ADA@example.com');
  await form.getByRole('radio', { name: 'viewer' }).check();
  await form.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(form.getByLabel('E-mail address')).toHaveAccessibleDescription('Somebody here has this e-mail address already.');
  await expect(form.getByLabel('Name')).toHaveValue('Ada Two');
  await expect(form.getByLabel('E-mail address')).toHaveValue('ADA@example.com');
  await expect(form.getByRole('radio', { name: 'viewer' })).toBeChecked();

  await form.getByLabel('Name').fill(' ');
  await form.getByLabel('E-mail address').fill('');
  await form.getByRole('button', { name: 'Invite', exact: true }).click();
  for (const label of ['Name', 'E-mail address']) {
    await expect(form.getByLabel(label)).toHaveAttribute('aria-invalid', 'true');
    await expect(form.getByLabel(label)).toHaveAccessibleDescription(/\.$/);
  }
});
