// The Permissions tab: viewing the catalogue, and adding, editing and removing resources; with and without scripts, by
// keyboard, in every look.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { FROM_HERE, tab } from '../steps/people.ts';
import { aboutResource, addButton, addWithout, isDoneHere, resource, resourceDots, visitPermissions, write } from '../steps/permissions.ts';
import { ready, choice, createButton, make, prompt, visitTokens } from '../steps/tokens.ts';
import { press, tabTo } from '../steps/watch.ts';

const ADMINS_ONLY = 'Only an admin can do this.';
const VIEWER = 'Viewers have read-only access. An admin can give you another role.';
const FROM_A_FILE = 'This catalogue is read from a file at every start (--catalogue). Change the file, and start Tokenry again.';
const GONE = 'Permissions that tokens still hold are listed below.';
const LONG = 'a-name-as-long-as-names-of-resources-and-actions-can-be-in-total';

/** The open prompt, whichever it is. */
const open = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog'));

test('a resource is added, and its permissions can be given at once', async ({ page }) => {
  await page.goto('/settings/tokens');
  await tab(page, 'Permissions').click();
  await expect(tab(page, 'Permissions')).toHaveAttribute('aria-current', 'page');
  await expect(resource(page, 'Projects')).toContainText('projects:read');
  await addButton(page).click();
  const form = prompt(page, 'Add resource');
  await expect(form.getByLabel('Name')).toBeFocused();
  await expect(form.getByLabel('Name')).toHaveAccessibleDescription(/It never changes later\./);
  await expect(form.getByLabel('Actions'), 'most begin like this').toHaveValue('read = Read\nwrite = Write');
  await write(form, { name: 'invoices', description: 'Bills and payments', actions: 'read\nvoid = Cancel' });
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await isDoneHere(page, 'Added “Invoices”.');
  const added = resource(page, 'Invoices');
  for (const text of ['Bills and payments', 'Cancel', 'invoices:void', '0 tokens']) await expect(added).toContainText(text);

  await visitTokens(page);
  await createButton(page).click();
  await expect(choice(prompt(page, 'Create token'), 'Invoices', 'Cancel')).toBeVisible();
});

test('what cannot be added is said beside the field, and what was typed is still there', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await page.goto('/settings/permissions/new');
  await ready(page);
  const form = prompt(page, 'Add resource');
  for (const [field, name, actions, sentence] of [
    ['Name', '', 'read', 'Write the name that services ask for, as in projects.'],
    ['Name', 'In voices', 'read', 'Use 1 to 64 of a-z, 0-9, _, - and ., a letter first.'],
    ['Name', 'tokenry.box', 'read', 'Names that begin with “tokenry” are for Tokenry’s own permissions. Choose another one.'],
    ['Name', 'projects', 'read', '“projects” is in the catalogue already.'],
    ['Actions', 'invoices', '', 'Write at least one action, as in read = Read.'],
    ['Actions', 'invoices', 'Read all', '“Read all” cannot be an action. Use 1 to 64 of a-z, 0-9, _, - and ., a letter first.'],
    ['Actions', 'invoices', 'read\nread = Look', '“read” is there twice.'],
  ] as const) {
    await write(form, { name, label: 'Kept', actions });
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    const wrong = form.getByLabel(field);
    await expect(wrong).toHaveAttribute('aria-invalid', 'true');
    await expect(form.getByText(sentence)).toBeVisible();
    await expect(wrong, 'typing goes on there').toBeFocused();
    await expect(form.getByLabel('Label')).toHaveValue('Kept');
    await expect(form.getByLabel('Actions')).toHaveValue(actions);
    await ready(page);
  }
});

test('labels, order and new actions are saved; the name stays', async ({ page }) => {
  await visitPermissions(page);
  await aboutResource(page, 'Projects', 'Edit');
  const form = prompt(page, 'Edit resource');
  await expect(form).toContainText('Services check it by this name, so it never changes.');
  await expect(form.getByLabel('Name', { exact: true })).toBeHidden();
  await write(form, { label: 'Work', actions: 'write = Change\nread = Look at\nshare' });
  await form.getByRole('button', { name: 'Save' }).click();
  await isDoneHere(page, 'Saved “Work”.');
  await expect(resource(page, 'Work').getByRole('listitem')).toHaveText([/Change\s*projects:write/, /Look at\s*projects:read/, /Share\s*projects:share/]);
  await page.goto('/settings/audit?kind=catalogue.resource_edited');
  await expect(page.getByText('Label: Projects → Work')).toBeVisible();
});

test('taking an action away asks first, with those who hold it, and they keep it', async ({ page, as, complaints }) => {
  complaints.expectStatus(409);
  await make(await as('ines', 'member'), { name: 'Deploy bot', permissions: ['projects:write'] });
  await make(page, { name: 'Status page' });
  await visitPermissions(page);
  await aboutResource(page, 'Projects', 'Edit');
  const form = prompt(page, 'Edit resource');
  await write(form, { label: 'Work', actions: 'read = Read' });
  await form.getByRole('button', { name: 'Save' }).click();
  const question = page.getByRole('alertdialog', { name: 'Remove permissions?' });
  await expect(question).toContainText('Used by 1 token.');
  await expect(question).toContainText('Tokens that have it keep it, and services still accept it');
  await expect(question.getByRole('link', { name: 'Deploy bot' })).toHaveAttribute('href', /^\/settings\/tokens\/[^/]+\/edit$/);
  await expect(question).toContainText('Ines Okafor');
  await expect(question).not.toContainText('Status page');
  await expect(form.getByLabel('Label')).toHaveValue('Work');
  await expect(question.getByRole('link', { name: 'Cancel' }), 'it begins at the way that changes nothing').toBeFocused();
  await question.getByRole('button', { name: 'Remove and save' }).click();
  await isDoneHere(page, 'Saved “Work”.');
  await expect(page.getByRole('heading', { name: 'No longer in the catalogue' })).toBeVisible();
  const holders = page.getByRole('link', { name: '1 token with projects:write' });
  await holders.click();
  await expect(page.getByRole('heading', { name: 'Tokens with projects:write' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Permissions' }).click();
  await expect(page, 'the way back').toHaveURL('/settings/permissions');
  await holders.click();
  await page.getByRole('link', { name: 'Deploy bot' }).click();
  await expect(page.getByRole('heading', { name: 'Deploy bot' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Edit', exact: true }).click();
  await expect(prompt(page, 'Edit token').getByRole('group', { name: 'No longer in the catalogue' })).toBeVisible();
});

test('a resource is removed after its holders were shown', async ({ page }) => {
  await make(page, { name: 'Nightly backup', permissions: ['webhooks:read', 'webhooks:write'] });
  await visitPermissions(page);
  await aboutResource(page, 'Webhooks', 'Remove');
  const question = page.getByRole('alertdialog', { name: 'Remove resource' });
  await expect(question).toContainText('Used by 1 token.');
  await expect(question.getByRole('link', { name: 'Nightly backup' })).toBeVisible();
  await question.getByRole('link', { name: 'Cancel' }).click();
  await expect(resource(page, 'Webhooks')).toBeVisible();
  await aboutResource(page, 'Webhooks', 'Remove');
  await question.getByRole('button', { name: 'Remove', exact: true }).click();
  await isDoneHere(page, `Removed “Webhooks”. ${GONE}`);
  await expect(resource(page, 'Webhooks')).toBeHidden();
  await expect(page.getByRole('link', { name: '1 token with webhooks:read' })).toBeVisible();
});

test('the second of two admins is told, and nothing typed is lost', async ({ page, as, complaints }) => {
  complaints.expectStatus(409);
  const tomas = await as('tomas', 'admin');
  for (const one of [page, tomas]) {
    await visitPermissions(one);
    await aboutResource(one, 'Billing', 'Edit');
  }
  await write(prompt(tomas, 'Edit resource'), { label: 'Money' });
  await prompt(tomas, 'Edit resource').getByRole('button', { name: 'Save' }).click();
  await isDoneHere(tomas, 'Saved “Money”.');
  const form = prompt(page, 'Edit resource');
  await write(form, { label: 'Invoices', description: 'What we are owed' });
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByRole('alert')).toContainText('This resource was changed while you were editing.');
  await expect(form.getByLabel('Label')).toHaveValue('Invoices');
  await expect(form.getByLabel('Label')).toHaveAccessibleDescription(/Their value: Money/);
  await form.getByRole('button', { name: 'Save' }).click();
  await isDoneHere(page, 'Saved “Invoices”.');
  await expect(resource(page, 'Invoices')).toContainText('What we are owed');
});

test('members and viewers see the catalogue, and why they cannot change it', async ({ page, as, accessible, validHtml, complaints }) => {
  complaints.expectStatus(403);
  await make(page, { name: 'Nightly backup' });
  for (const [who, role, why] of [['ines', 'member', ADMINS_ONLY], ['noor', 'viewer', VIEWER]] as const) {
    const other = await as(who, role);
    await other.goto('/settings/tokens');
    await tab(other, 'Permissions').click();
    await expect(resource(other, 'Projects')).toContainText('projects:read');
    await expect(other.getByRole('row').filter({ hasText: 'tokenry.tokens:verify' })).toContainText('Ask whether a secret is valid');
    await expect(addButton(other)).toBeHidden();
    const add = other.getByRole('button', { name: 'Add resource' });
    await expect(add).toBeDisabled();
    await expect(add).toHaveAccessibleDescription(why);
    await expect(other.getByRole('button', { name: `Actions for Projects: ${why}` })).toBeDisabled();
    await ready(other);
    await accessible(other);
    await validHtml('/settings/permissions', other);
    await expect(other.getByRole('link', { name: '1 token with projects:read' }), 'it is Ada’s').toBeVisible({ visible: role === 'viewer' });
    for (const path of ['/settings/permissions/new', '/settings/permissions/projects/edit', '/settings/permissions/projects/remove']) {
      expect((await other.goto(path))?.status(), path).toBe(403);
      await expect(open(other), path).toContainText(why);
      await expect(open(other).getByRole('button'), path).toHaveCount(0);
    }
  }
});

test('a catalogue that is read from a file says so, and is not changed here', async ({ page, server, complaints }) => {
  complaints.expectStatus(403);
  const file = join(server.home, 'catalogue.toml');
  writeFileSync(file, '[[resource]]\nname = "invoices"\nactions = ["read", "void"]\n');
  await server.stop();
  await server.start('--catalogue', file);
  await visitPermissions(page);
  await expect(resource(page, 'Invoices')).toContainText('invoices:void');
  await expect(page.getByRole('button', { name: 'Add resource' })).toHaveAccessibleDescription(FROM_A_FILE);
  expect((await page.goto('/settings/permissions/invoices/edit'))?.status()).toBe(403);
  await expect(prompt(page, 'Edit resource')).toContainText(FROM_A_FILE);
});

test('everything is done with the keyboard alone', async ({ page }) => {
  await visitPermissions(page);
  await ready(page);
  await tabTo(page, addButton(page));
  await press(page, 'Enter');
  const form = prompt(page, 'Add resource');
  await expect(form.getByLabel('Name')).toBeFocused();
  await ready(page);
  await page.keyboard.type('invoices');
  await press(page, 'Tab');
  await page.keyboard.type('Invoices');
  await press(page, 'Enter');
  await isDoneHere(page, 'Added “Invoices”.');

  await ready(page);
  await tabTo(page, resourceDots(page, 'Invoices'));
  await press(page, 'Enter');
  await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeFocused();
  await press(page, 'ArrowDown', 'Enter');
  const question = page.getByRole('alertdialog', { name: 'Remove resource' });
  await expect(question.getByRole('link', { name: 'Cancel' })).toBeFocused();
  await ready(page);
  await press(page, 'Escape');
  await expect(page).toHaveURL('/settings/permissions');
  await ready(page);
  await page.goto('/settings/permissions/invoices/remove');
  await ready(page);
  await tabTo(page, question.getByRole('button', { name: 'Remove', exact: true }));
  await press(page, 'Enter');
  await isDoneHere(page, `Removed “Invoices”. ${GONE}`);
});

test('prompts are modal and close with Escape and with Cancel', async ({ page }) => {
  const paths = ['/settings/permissions/new', '/settings/permissions/projects/edit', '/settings/permissions/projects/remove'];
  for (const path of paths) {
    for (const close of ['Escape', 'the link'] as const) {
      await test.step(`${path} with ${close}`, async () => {
        await page.goto(path);
        await ready(page);
        const form = open(page);
        const inside = () =>
          form.evaluate((dialog) => dialog.contains(document.activeElement) && document.activeElement !== dialog);
        expect(await form.evaluate((dialog) => dialog.matches(':modal')), 'modal').toBe(true);
        await expect.poll(inside, 'the focus is in it').toBe(true);
        if (close === 'Escape') await press(page, 'Escape');
        else await form.getByRole('link', { name: 'Cancel' }).click();
        await expect(page).toHaveURL('/settings/permissions');
        await expect(form).toBeHidden();
      });
    }
  }
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a resource is added, edited and removed', async ({ page, complaints }) => {
    complaints.expectStatus(409);
    await visitPermissions(page);
    await addButton(page).click();
    await write(prompt(page, 'Add resource'), { name: 'invoices', actions: 'read\nvoid' });
    await prompt(page, 'Add resource').getByRole('button', { name: 'Add', exact: true }).click();
    await isDoneHere(page, 'Added “Invoices”.');
    await make(page, { name: 'Month end', permissions: ['invoices:void'] });
    await page.reload();
    await aboutResource(page, 'Invoices', 'Edit');
    await write(prompt(page, 'Edit resource'), { actions: 'read' });
    await prompt(page, 'Edit resource').getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('alertdialog').getByRole('link', { name: 'Month end' })).toBeVisible();
    await page.getByRole('button', { name: 'Remove and save' }).click();
    await isDoneHere(page, 'Saved “Invoices”.');
    await aboutResource(page, 'Invoices', 'Remove');
    await prompt(page, 'Remove resource').getByRole('button', { name: 'Remove', exact: true }).click();
    await isDoneHere(page, `Removed “Invoices”. ${GONE}`);
    await expect(page.getByRole('link', { name: '1 token with invoices:void' })).toBeVisible();
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('the catalogue can be used by everybody', async ({ page, usable, complaints }) => {
      test.slow();
      complaints.expectStatus(409, 422);
      const actions = `read = ${'Look at everything there is '.repeat(4)}\n${LONG}`;
      await addWithout(page, { name: LONG, label: LONG.repeat(2).slice(0, 120), description: 'd'.repeat(120), actions });
      for (const name of ['Deploy bot', 'The-one-with-a-name-as-long-as-names-can-be-and-without-any-space-in-it-to-break']) {
        await make(page, { name, permissions: ['projects:read', `${LONG}:${LONG}`] });
      }
      await addWithout(page, { name: 'ghosts', actions: 'summon' });
      await make(page, { name: 'Seance', permissions: ['ghosts:summon'] });
      await visitPermissions(page);
      await aboutResource(page, 'Ghosts', 'Remove');
      await prompt(page, 'Remove resource').getByRole('button', { name: 'Remove', exact: true }).click();
      await isDoneHere(page, `Removed “Ghosts”. ${GONE}`);
      const see = (what: string) =>
        test.step(what, async () => {
          await ready(page);
          await usable(page);
        });
      await see('the catalogue, after something was removed');
      await resourceDots(page, 'Projects').click();
      await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeFocused();
      await see('the open menu');
      for (const path of ['new', 'projects/edit', `${LONG}/edit`, `${LONG}/remove`, 'projects/remove', `holders?permission=${LONG}:${LONG}`, 'holders?permission=a:b']) {
        await page.goto(`/settings/permissions/${path}`);
        await see(path);
      }
      await page.goto('/settings/permissions/new');
      await ready(page);
      await write(prompt(page, 'Add resource'), { name: 'Projects', label: 'x'.repeat(121), actions: '' });
      await prompt(page, 'Add resource').getByRole('button', { name: 'Add', exact: true }).click();
      await expect(prompt(page, 'Add resource').getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
      await see('a resource with errors');
      await page.goto(`/settings/permissions/${LONG}/edit`);
      await ready(page);
      await write(prompt(page, 'Edit resource'), { actions: 'read' });
      await prompt(page, 'Edit resource').getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('alertdialog')).toBeVisible();
      await see('a question');
    });
  });
}

test('every page is valid HTML', async ({ page, validHtml, validAnswer }) => {
  await addWithout(page, { name: 'ghosts', label: '"><b>', description: '</textarea>', actions: 'summon = </textarea>\nread' });
  await make(page, { name: 'Deploy bot', permissions: ['projects:read', 'ghosts:summon'] });
  const paths = ['', '/new', '/projects/edit', '/ghosts/edit', '/projects/remove', '/nothing/edit', '/holders?permission=projects:read', '/holders?permission=a:b', '/holders'];
  for (const path of paths) await validHtml(`/settings/permissions${path}`);
  const post = (path: string, form: Record<string, string>, maxRedirects = 0) =>
    page.request.post(`/settings/permissions${path}`, { headers: FROM_HERE, form, maxRedirects });
  await validAnswer(await post('/new', { name: '', label: '"', description: '', actions: '<' }), 422);
  await validAnswer(await post('/projects/edit', { version: '1', label: '"', actions: 'read' }), 409);
  await validAnswer(await post('/projects/remove', { version: '1' }), 409);
  await validAnswer(await post('/nothing/edit', { version: '1', label: '"', actions: 'read' }), 404);
  const said = await post('/new', { name: 'invoices', label: '', description: '', actions: 'read' }, 1);
  expect(await said.text(), 'what was done is said on the page that comes next').toContain('Added “Invoices”.');
  await validAnswer(said, 200);
  await page.goto('/settings/permissions/ghosts/edit');
  const version = await page.locator('input[name=version]').inputValue();
  await validAnswer(await post('/ghosts/edit', { version, label: '', actions: 'read' }), 409);
});
