// Each role: what it sees, what it may do, and how a refusal is explained.
import { expect, test } from '../fixtures.ts';
import { ADA, FROM_HERE, addressAbout, invite, named, personRow, tab, visitPeople } from '../steps/people.ts';
import { address, ready, choose, createButton, created, dots, heading, make, prompt, row, visitTokens } from '../steps/tokens.ts';

const VIEWER = 'Viewers have read-only access. An admin can give you another role.';
const ADMINS_ONLY = 'Only an admin can do this.';
const ADMINS_TOKENS = 'As a member you manage your own tokens. An admin can do this.';
const GONE = 'Token not found. It may have been deleted.';
/** Fields of the forms that create and edit a token. */
const NEW = { name: 'Mine', permissions: 'projects:read' };
const EDIT = { ...NEW, version: 1 };

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('an admin sees everybody’s tokens, and whose they are', async ({ page, as }) => {
  await make(page, { name: 'Nightly backup' });
  await make(await as('ines', 'member'), { name: 'Deploy bot' });
  await visitTokens(page);
  await expect(page.getByRole('columnheader', { name: 'Owner' })).toBeVisible();
  await expect(row(page, 'Nightly backup').getByRole('cell', { name: ADA.name })).toBeVisible();
  await expect(row(page, 'Deploy bot').getByRole('cell', { name: 'Ines Okafor' })).toBeVisible();
  await expect(heading(page)).toHaveText('Tokens 2');
  for (const name of ['Tokens', 'Permissions', 'People', 'Audit log']) await expect(tab(page, name)).toBeVisible();

  await choose(page, 'Deploy bot', 'Edit');
  await prompt(page, 'Edit token').getByLabel('Name').fill('Release bot');
  await prompt(page, 'Edit token').getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Release bot').getByRole('cell', { name: 'Ines Okafor' }), 'it stays hers').toBeVisible();
});

test('a member sees their own tokens only, and neither people nor the audit log', async ({ page, as }) => {
  await make(page, { name: 'Nightly backup' });
  const ines = await as('ines', 'member');
  await visitTokens(ines);
  await expect(ines.getByText('No tokens yet')).toBeVisible();
  for (const name of ['Tokens', 'Permissions']) await expect(tab(ines, name)).toBeVisible();
  for (const name of ['People', 'Audit log']) await expect(tab(ines, name)).toBeHidden();

  await created(ines, { name: 'Nightly Backup' });
  await expect(heading(ines), 'a name is only taken by one’s own tokens').toHaveText('Tokens 1');
  await expect(ines.getByRole('columnheader', { name: 'Owner' })).toBeHidden();
  await expect(ines.getByText(ADA.name)).toBeHidden();
  await dots(ines, 'Nightly Backup').click();
  await expect(ines.getByRole('menuitem', { name: 'Edit' })).toBeVisible();
  await expect(ines.getByRole('menuitem', { name: 'Transfer' })).toBeHidden();
  await ines.getByRole('menuitem', { name: 'Delete' }).click();
  await prompt(ines, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(ines.getByText('No tokens yet')).toBeVisible();
});

test('somebody else’s token is not there for a member, whatever the address', async ({ page, as, complaints }) => {
  complaints.expectStatus(403, 404);
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  const edit = await address(page, 'Nightly backup', 'Edit');
  const ask = await address(page, 'Nightly backup', 'Delete');
  const ines = await as('ines', 'member');
  for (const [path, title, form] of [[edit, 'Edit token', EDIT], [ask, 'Delete token', {}]] as const) {
    expect((await ines.goto(path))?.status()).toBe(404);
    await ready(ines);
    await expect(prompt(ines, title)).toContainText(GONE);
    const answer = await ines.request.post(path, { headers: FROM_HERE, form });
    expect(answer.status()).toBe(404);
    expect(await answer.text()).not.toContain('Nightly backup');
  }
  expect((await ines.goto(await address(page, 'Nightly backup', 'Transfer')))?.status()).toBe(404);
  await expect(ines.getByText(GONE)).toBeVisible();
  await page.reload();
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('a member who opens an admin’s page by its address reads why not', async ({ page, as, accessible, validHtml, complaints }) => {
  complaints.expectStatus(403);
  const ines = await as('ines', 'member');
  await visitPeople(page);
  const role = await addressAbout(page, ADA, 'Change role');
  const denied = [
    ['/settings/people'],
    ['/settings/people/new', 'Invite person'],
    ['/settings/audit'],
    [role, 'Change role'],
  ];
  for (const [path = '', title] of denied) {
    expect((await ines.goto(path))?.status(), path).toBe(403);
    await ready(ines);
    await expect(ines.getByRole('heading', { name: 'Access denied' })).toBeVisible();
    await expect(ines.getByRole('main').getByRole('alert'), path).toHaveText(ADMINS_ONLY);
    await expect(ines.getByText(ADA.name)).toBeHidden();
    await accessible(ines);
    await validHtml(path, ines);
    if (title) {
      await expect(prompt(ines, title)).toContainText(ADMINS_ONLY);
      await prompt(ines, title).getByRole('link', { name: 'Close' }).click();
      await expect(prompt(ines, title)).toBeHidden();
    }
    await ines.getByRole('link', { name: 'Go to the tokens' }).click();
    await expect(heading(ines)).toBeVisible();
  }
  const answer = await ines.request.post(role, { headers: FROM_HERE, form: { role: 'viewer' } });
  expect(answer.status()).toBe(403);
});

test('a member reads why their own token is not theirs to transfer', async ({ as, complaints }) => {
  complaints.expectStatus(403);
  const ines = await as('ines', 'member');
  await make(ines, { name: 'Deploy bot' });
  await visitTokens(ines);
  const edit = await address(ines, 'Deploy bot', 'Edit');
  expect((await ines.goto(edit.replace(/edit$/, 'hand-over')))?.status()).toBe(403);
  await expect(ines.getByText(ADMINS_TOKENS)).toBeVisible();
});

test('a viewer sees everybody’s tokens, people and the audit log', async ({ page, as }) => {
  await make(page, { name: 'Nightly backup' });
  const noor = await as('noor', 'viewer');
  await visitTokens(noor);
  await expect(row(noor, 'Nightly backup').getByRole('cell', { name: ADA.name })).toBeVisible();
  await tab(noor, 'People').click();
  await expect(personRow(noor, ADA)).toBeVisible();
  await expect(personRow(noor, named('noor')).getByText('(you)')).toBeVisible();
  await tab(noor, 'Audit log').click();
  await expect(noor.getByRole('row').filter({ hasText: 'Created token Nightly backup' })).toContainText(ADA.name);
});

test('a viewer’s buttons say why they do nothing, and do nothing', async ({ page, as, accessible, validHtml }) => {
  await make(page, { name: 'Nightly backup' });
  const noor = await as('noor', 'viewer');
  await visitTokens(noor);
  const create = createButton(noor);
  await expect(create).toBeDisabled();
  await expect(create).toHaveAccessibleDescription(VIEWER);
  await expect(noor.getByText(VIEWER), 'not only for those who hear it').toBeVisible();
  await create.focus();
  await expect(create, 'the keyboard gets there to hear it').toBeFocused();
  await noor.keyboard.press('Enter');
  await create.click({ force: true });
  await expect(noor).toHaveURL('/settings/tokens');

  const still = noor.getByRole('button', { name: `Actions for Nightly backup: ${VIEWER}` });
  await expect(still).toBeDisabled();
  await still.click({ force: true });
  await still.press('ArrowDown');
  await expect(noor.getByRole('menu')).toBeHidden();
  await accessible(noor);
  await validHtml('/settings/tokens', noor);

  await visitPeople(noor);
  await ready(noor);
  await expect(invite(noor)).toBeHidden();
  const invitation = noor.getByRole('button', { name: 'Invite person' });
  await expect(invitation).toBeDisabled();
  await expect(invitation).toHaveAccessibleDescription(VIEWER);
  await invitation.click({ force: true });
  await expect(noor).toHaveURL('/settings/people');
  const hers = noor.getByRole('button', { name: `Actions for ${ADA.name}: ${VIEWER}` });
  await expect(hers).toBeDisabled();
  await hers.press('Enter');
  await expect(noor.getByRole('menu')).toBeHidden();
  await accessible(noor);
  await validHtml('/settings/people', noor);
});

test('a viewer who opens a prompt by its address reads why not', async ({ page, as, accessible, complaints }) => {
  complaints.expectStatus(403);
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  const noor = await as('noor', 'viewer');
  const prompts = [
    ['/settings/tokens/new', 'Create token', NEW],
    [await address(page, 'Nightly backup', 'Edit'), 'Edit token', EDIT],
    [await address(page, 'Nightly backup', 'Delete'), 'Delete token', {}],
  ] as const;
  for (const [path, title, form] of prompts) {
    expect((await noor.goto(path))?.status(), path).toBe(403);
    await ready(noor);
    await expect(prompt(noor, title)).toContainText(VIEWER);
    await expect(prompt(noor, title).getByRole('button')).toHaveCount(0);
    await accessible(noor);
    await prompt(noor, title).getByRole('link', { name: 'Close' }).click();
    await expect(prompt(noor, title)).toBeHidden();
    await expect(row(noor, 'Nightly backup')).toBeVisible();
    const answer = await noor.request.post(path, { headers: FROM_HERE, form });
    expect(answer.status(), path).toBe(403);
  }
  await visitPeople(page);
  const role = await addressAbout(page, ADA, 'Change role');
  for (const [path, title] of [
    ['/settings/people/new', 'Invite person'],
    [role, 'Change role'],
    [role.replace(/role$/, 'link'), 'Reset password'],
  ] as const) {
    expect((await noor.goto(path))?.status(), path).toBe(403);
    await expect(prompt(noor, title)).toContainText(VIEWER);
  }
});

test('a viewer without any tokens to see is not asked to create one', async ({ as }) => {
  const noor = await as('noor', 'viewer');
  await visitTokens(noor);
  await expect(noor.getByText('No tokens yet')).toBeVisible();
  await expect(noor.getByRole('link', { name: 'Create your first token' })).toBeHidden();
});
