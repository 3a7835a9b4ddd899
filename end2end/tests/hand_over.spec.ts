// Transferring tokens to another person: one of them, or all that somebody owns.
import { expect, test } from '../fixtures.ts';
import { ADA, about, isDone, named, personDots, personRow, recipient, visitPeople } from '../steps/people.ts';
import { ready, choose, heading, make, prompt, row, toast, visitTokens } from '../steps/tokens.ts';
import { press } from '../steps/watch.ts';

const INES = named('ines');

test('one token changes its owner, and nothing else', async ({ page, as }) => {
  const ines = await as('ines', 'member');
  await make(page, { name: 'Nightly backup', description: 'Every night' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  const secret = await row(page, 'Nightly backup').getByText(/^tkr_…/).innerText();
  await choose(page, 'Nightly backup', 'Transfer');
  const form = prompt(page, 'Transfer token');
  await expect(form).toContainText(`“Nightly backup” belongs to ${ADA.name}. Its secret does not change: anyone who has it can still use it, so rotate it afterwards.`);
  await expect(recipient(form)).toBeFocused();
  await expect(recipient(form).getByRole('option', { name: ADA.name }), 'it is hers already').toBeHidden();
  await recipient(form).selectOption(INES.name);
  await form.getByRole('button', { name: 'Transfer' }).click();
  const keeps = 'Anyone who has its secret can still use it: rotate it.';
  await expect(toast(page, `Transferred “Nightly backup” to ${INES.name}. ${keeps}`)).toBeVisible();
  const told = toast(page, `The token was transferred to ${INES.name}. Anyone who has its secret can still use it.`);
  await expect(told.getByRole('link', { name: 'Rotate now' })).toBeVisible();
  await visitTokens(page);
  await expect(row(page, 'Nightly backup').getByRole('cell', { name: INES.name })).toBeVisible();
  await expect(row(page, 'Nightly backup')).toContainText(secret);
  await expect(row(page, 'Nightly backup')).toContainText('Every night');
  await expect(row(page, 'Deploy bot').getByRole('cell', { name: ADA.name })).toBeVisible();
  await visitTokens(ines);
  await expect(row(ines, 'Nightly backup')).toBeVisible();
  await expect(heading(ines)).toHaveText('Tokens 1');
});

test('the prompt of one token closes with Escape and with Cancel, back to the tokens', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  for (const close of ['Escape', 'Cancel']) {
    await visitTokens(page);
    await choose(page, 'Nightly backup', 'Transfer');
    const form = prompt(page, 'Transfer token');
    await expect(form).toBeVisible();
    await ready(page);
    await expect(page).toHaveTitle('Transfer token · Tokenry');
    expect(await form.evaluate((dialog) => dialog.matches(':modal'))).toBe(true);
    if (close === 'Escape') await press(page, 'Escape');
    else await form.getByRole('link', { name: 'Cancel' }).click();
    await expect(page).toHaveURL('/settings/tokens');
    await expect(row(page, 'Nightly backup')).toBeVisible();
  }
});

test('nobody chosen is told, and the prompt stays', async ({ page, as, complaints }) => {
  complaints.expectStatus(422);
  await as('ines', 'member');
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  await choose(page, 'Nightly backup', 'Transfer');
  const form = prompt(page, 'Transfer token');
  await form.getByRole('button', { name: 'Transfer' }).click();
  await expect(recipient(form)).toHaveAccessibleDescription('Choose the new owner.');
  await expect(recipient(form)).toHaveAttribute('aria-invalid', 'true');
  await form.getByRole('link', { name: 'Cancel' }).click();
  await expect(row(page, 'Nightly backup').getByRole('cell', { name: ADA.name })).toBeVisible();
});

test('all tokens of somebody who leaves go to another person at once', async ({ page, as }) => {
  const ines = await as('ines', 'member');
  await make(ines, { name: 'Nightly backup' });
  await make(ines, { name: 'Deploy bot' });
  await as('tomas', 'member');
  await visitPeople(page);
  await expect(personRow(page, INES).getByRole('cell', { name: '2', exact: true })).toBeVisible();
  await about(page, INES, 'Transfer tokens');
  const form = prompt(page, 'Transfer tokens');
  await expect(form).toContainText(`Transfer 2 tokens from ${INES.name}. Their secrets do not change: rotate them afterwards, since ${INES.name} may still have a copy.`);
  await expect(recipient(form).getByRole('option', { name: INES.name })).toBeHidden();
  await recipient(form).selectOption('Tomas Lindqvist');
  await form.getByRole('button', { name: 'Transfer' }).click();
  await isDone(page, `Transferred 2 tokens from ${INES.name} to Tomas Lindqvist.`);
  await expect(personRow(page, named('tomas')).getByRole('cell', { name: '2', exact: true })).toBeVisible();
  await personDots(page, INES).click();
  await expect(page.getByRole('menuitem', { name: 'Transfer tokens' }), 'there is nothing left').toBeHidden();
  await visitTokens(page);
  for (const name of ['Nightly backup', 'Deploy bot']) {
    await expect(row(page, name).getByRole('cell', { name: 'Tomas Lindqvist' })).toBeVisible();
  }
});

test('what uses Tokenry itself is taken away unless it is ticked, and an admin has to have it', async ({ page, as, complaints }) => {
  complaints.expectStatus(422);
  await as('ines', 'member');
  await as('tomas', 'admin');
  for (const name of ['Gateway', 'Proxy']) await make(page, { name, permissions: ['projects:read', 'tokenry.tokens:verify'] });
  await visitPeople(page);
  await about(page, ADA, 'Transfer tokens');
  const form = prompt(page, 'Transfer tokens');
  const keeps = (name: string) => form.getByRole('checkbox', { name: `“${name}” keeps tokenry.tokens:verify` });
  await expect(keeps('Gateway')).not.toBeChecked();
  await keeps('Gateway').check();
  await recipient(form).selectOption(INES.name);
  await form.getByRole('button', { name: 'Transfer' }).click();
  await expect(recipient(form)).toHaveAccessibleDescription(/^Ines Okafor is not an admin/);
  await expect(keeps('Gateway'), 'it is still ticked').toBeChecked();
  await recipient(form).selectOption('Tomas Lindqvist');
  await form.getByRole('button', { name: 'Transfer' }).click();
  await isDone(page, `Transferred 2 tokens from ${ADA.name} to Tomas Lindqvist. 1 token lost permissions to use Tokenry itself.`);
  await personRow(page, named('tomas')).getByRole('link', { name: '2' }).click();
  await expect(row(page, 'Gateway')).toContainText('tokenry.tokens:verify');
  await expect(row(page, 'Proxy')).not.toContainText('tokenry.tokens:verify');
});

test('names that would collide are told, and nothing is transferred', async ({ page, as, complaints }) => {
  complaints.expectStatus(409);
  const ines = await as('ines', 'member');
  await make(ines, { name: 'Nightly Backup' });
  await make(page, { name: 'Deploy bot' });
  await make(page, { name: 'nightly backup' });
  const sentence = `${INES.name} already has a token with a name like “nightly backup”. Rename one of them first; nothing was transferred.`;
  await visitTokens(page);
  await choose(page, 'nightly backup', 'Transfer');
  const one = prompt(page, 'Transfer token');
  await recipient(one).selectOption(INES.name);
  await one.getByRole('button', { name: 'Transfer' }).click();
  await expect(one.getByRole('alert')).toHaveText(sentence);

  await visitPeople(page);
  await about(page, ADA, 'Transfer tokens');
  const all = prompt(page, 'Transfer tokens');
  await recipient(all).selectOption(INES.name);
  await all.getByRole('button', { name: 'Transfer' }).click();
  await expect(all.getByRole('alert')).toHaveText(sentence);
  await visitTokens(page);
  await expect(row(page, 'Deploy bot').getByRole('cell', { name: ADA.name })).toBeVisible();
});
