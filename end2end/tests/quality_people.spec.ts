// The other screens (signing in, people, profile, audit log), in light, in dark and on a phone: accessible, never wider
// than the window, and with valid HTML from the server.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { ADA, FROM_HERE, PASSWORD, about, addressAbout, invite, linkIn, named, personDots, sessions, signIn, signInWithout, typeNewPassword, visitPeople } from '../steps/people.ts';
import { address, ready, make, prompt, visitTokens } from '../steps/tokens.ts';

const LONG = 'The-one-with-a-name-as-long-as-names-can-be-and-without-any-space-in-it-to-break';
const LONG_EMAIL = `${'long'.repeat(15)}@${'example'.repeat(8)}.example.com`;
const INES = named('ines');

/** Checks a screen as it is now. */
type Look = (what: string, page: Page) => Promise<void>;

async function asked(page: Page, question: string, act: (form: ReturnType<typeof prompt>) => Promise<void>): Promise<void> {
  const open = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  await expect(open, question).toBeVisible();
  await ready(page);
  await act(open);
}

/** The id by which forms name a person. */
async function idOf(page: Page, name: string): Promise<string> {
  await visitPeople(page);
  return (await addressAbout(page, { name, email: '' }, 'Change role')).split('/')[3] ?? '';
}

/** Invites a person with a very long name and address, without the form. */
async function inviteLong(page: Page): Promise<void> {
  const form = { name: LONG, email: LONG_EMAIL, role: 'viewer' };
  expect((await page.request.post('/settings/people/new', { headers: FROM_HERE, form })).status()).toBe(201);
}

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    let see: Look;
    test.beforeEach(({ usable, complaints }) => {
      test.slow();
      complaints.expectStatus(401, 403, 404, 409, 422, 429);
      see = (what, page) => test.step(what, () => usable(page));
    });

    test.describe('before anybody is there', () => {
      test.use({ begin: 'empty' });

      test('set-up can be used by everybody', async ({ page, server }) => {
        await page.goto(server.setupLinks()[0] ?? '');
        await see('the form', page);
        await page.getByLabel('Your name').fill(ADA.name);
        await typeNewPassword(page, 'short');
        await page.getByRole('button', { name: 'Create account' }).click();
        await expect(page.getByLabel('New password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
        await see('the form with errors', page);
        await page.goto('/setup?code=1');
        await expect(page.getByText('This link has expired')).toBeVisible();
        await see('a link that does not work', page);
      });
    });

    test('signing in can be used by everybody', async ({ page, elsewhere }) => {
      const stranger = await elsewhere();
      await stranger.goto('/sign-in');
      await see('sign-in', stranger);
      await signIn(stranger, ADA, 'seventeen orange cattle');
      await expect(stranger.getByRole('alert')).toBeVisible();
      await see('sign-in refused', stranger);
      await stranger.goto('/nowhere');
      await see('an address that leads nowhere', stranger);

      await visitPeople(page);
      await invite(page).click();
      await prompt(page, 'Invite person').getByLabel('Name').fill(LONG);
      await prompt(page, 'Invite person').getByLabel('E-mail address').fill(LONG_EMAIL);
      await prompt(page, 'Invite person').getByRole('button', { name: 'Invite', exact: true }).click();
      await stranger.goto(await linkIn(prompt(page, /^A link for/)));
      await expect(stranger.getByText(LONG)).toBeVisible();
      await see('choosing a password', stranger);
      await typeNewPassword(stranger, PASSWORD, 'seventeen orange cattle');
      await stranger.getByRole('button', { name: 'Save and sign in' }).click();
      await expect(stranger.getByText('The two passwords are not the same.')).toBeVisible();
      await see('choosing a password with an error', stranger);
    });

    test('people can be managed by everybody', async ({ page, as, server }) => {
      await make(await as('ines', 'member'), { name: 'Deploy bot' });
      await make(await as('tomas', 'member'), { name: 'Old crawler' });
      server.command(['person', 'disable', '--email', 'tomas@example.com']);
      await inviteLong(page);
      await visitPeople(page);
      await ready(page);
      await see('the list', page);
      await personDots(page, INES).click();
      await expect(page.getByRole('menuitem', { name: 'Change role' })).toBeFocused();
      await see('the open menu', page);
      await page.keyboard.press('Escape');

      for (const question of ['Change role', 'Reset password', 'Transfer tokens', 'Sign out everywhere', 'Disable'] as const) {
        await about(page, INES, question);
        await asked(page, question, async (form) => {
          await see(question, page);
          await form.getByRole('link', { name: 'Cancel' }).click();
        });
        await expect(page).toHaveURL('/settings/people');
        await ready(page);
      }
      await about(page, named('tomas'), 'Enable');
      await asked(page, 'Enable', (form) => see('Enable', page).then(() => form.getByRole('button', { name: 'Enable' }).click()));
      await expect(page.getByRole('status').filter({ hasText: 'They can sign in again.' })).toBeVisible();
      await see('the list, after something was done', page);

      await about(page, ADA, 'Change role');
      await asked(page, 'Change role', async (form) => {
        await form.getByRole('radio', { name: 'member' }).check();
        await form.getByRole('button', { name: 'Save' }).click();
      });
      await expect(page.getByRole('alert')).toBeVisible();
      await ready(page);
      await see('the last admin', page);
      await page.goto(await addressAbout(page, INES, 'Transfer tokens'));
      await asked(page, 'Transfer tokens', (form) => form.getByRole('button', { name: 'Transfer' }).click());
      await expect(page.getByText('Choose the new owner.')).toBeVisible();
      await ready(page);
      await see('nobody chosen', page);
      await page.goto(await addressAbout(page, { name: LONG, email: LONG_EMAIL }, 'Reset password'));
      await asked(page, 'Reset password', (form) => form.getByRole('button', { name: 'Create reset link' }).click());
      await linkIn(prompt(page, /^A link for/));
      await ready(page);
      await see('the link', page);

      await page.goto('/settings/people/new');
      await asked(page, 'Invite person', async (form) => {
        await see('the invitation', page);
        await form.getByRole('button', { name: 'Invite', exact: true }).click();
      });
      await expect(prompt(page, 'Invite person').getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
      await ready(page);
      await see('the invitation with errors', page);
      await visitTokens(page);
      await make(page, { name: 'Gateway', permissions: ['projects:read', 'tokenry.tokens:verify'] });
      await visitTokens(page);
      await page.goto(await address(page, 'Gateway', 'Transfer'));
      await asked(page, 'Transfer', () => see('handing over one token', page));
      await page.goto('/settings/people/7/role');
      await see('nobody', page);
    });

    test('the profile can be used by everybody', async ({ page, elsewhere }) => {
      const other = await elsewhere({ userAgent: `Firefox/133.0 Windows ${'x'.repeat(200)}` });
      await signInWithout(other.request, ADA);
      await page.request.post('/profile/name', { headers: FROM_HERE, form: { name: LONG } });
      await page.goto('/profile');
      await ready(page);
      await expect(sessions(page).getByRole('rowheader')).toHaveCount(2);
      await see('the profile', page);
      await page.getByLabel('Current password').fill('seventeen orange cattle');
      await typeNewPassword(page, PASSWORD);
      await page.getByRole('button', { name: 'Change password' }).click();
      await expect(page.getByText('This is not your current password.')).toBeVisible();
      await ready(page);
      await see('the profile with an error', page);
    });

    test('the audit log can be read by everybody', async ({ page }) => {
      await make(page, { name: LONG, description: 'd'.repeat(300) });
      await inviteLong(page);
      await visitTokens(page);
      const edit = await address(page, LONG, 'Edit');
      const form = { name: LONG.slice(1), description: 'e'.repeat(300), permissions: 'members:read', version: 1 };
      expect((await page.request.post(edit, { headers: FROM_HERE, form, maxRedirects: 0 })).status()).toBe(303);
      for (const [what, search, text] of [
        ['the log', '', 'Edited token'],
        ['a filter', '?kind=token.created&from=2026-01-01&address=127.0.0.1', 'Clear'],
        ['nothing', '?address=192.0.2.99', 'No matching events'],
        ['a damaged filter', '?kind=nonsense', 'There is no such kind of event.'],
      ] as const) {
        await page.goto(`/settings/audit${search}`);
        await ready(page);
        await expect(page.getByText(text).last()).toBeVisible();
        await see(what, page);
      }
    });

    test('members and viewers can use what they see', async ({ page, as }) => {
      await make(page, { name: LONG });
      const noor = await as('noor', 'viewer');
      for (const path of ['/settings/tokens', '/settings/tokens/new', '/settings/people', '/settings/audit']) {
        await noor.goto(path);
        await ready(noor);
        await see(`${path} for a viewer`, noor);
      }
      const ines = await as('ines', 'member');
      await visitTokens(ines);
      await see('the tokens of a member', ines);
      await ines.goto('/settings/people');
      await see('people for a member', ines);
    });
  });
}

test('every page is valid HTML', async ({ page, as, server, elsewhere, validHtml, validAnswer }) => {
  await make(await as('ines', 'member'), { name: 'Deploy bot' });
  await make(await as('tomas', 'member'), { name: 'Old crawler' });
  await make(page, { name: 'Gateway', permissions: ['projects:read', 'tokenry.tokens:verify'] });
  server.command(['person', 'disable', '--email', 'tomas@example.com']);
  await inviteLong(page);
  await visitPeople(page);
  const paths = ['/settings/people', '/settings/people/new', '/settings/people/7/role', '/settings/people?cursor=o1'];
  for (const question of ['Change role', 'Reset password', 'Transfer tokens', 'Sign out everywhere', 'Disable'] as const) {
    paths.push(await addressAbout(page, INES, question));
  }
  const [role, link, handOver] = [paths[4] ?? '', paths[5] ?? '', paths[6] ?? ''];
  paths.push(await addressAbout(page, named('tomas'), 'Enable'), await addressAbout(page, INES, 'View activity'));
  paths.push(await addressAbout(page, ADA, 'Change role'), await addressAbout(page, ADA, 'Transfer tokens'));
  await visitTokens(page);
  const gateway = await address(page, 'Gateway', 'Transfer');
  const handedOver = `${gateway.replace(/\/hand-over$/, '')}?handed-over=1`;
  paths.push(await address(page, 'Deploy bot', 'Transfer'), gateway, handedOver);
  paths.push('/profile', '/settings/audit', '/settings/audit?kind=refused', '/settings/audit?kind=x', '/nowhere');
  for (const path of paths) await validHtml(path);

  const post = (path: string, form: Record<string, string>, maxRedirects = 0) =>
    page.request.post(path, { headers: FROM_HERE, form, maxRedirects });
  await validAnswer(await post('/settings/people/new', { name: '', email: '', role: '' }), 422);
  await validAnswer(await post(link, {}), 201);
  await validAnswer(await post(role, { role: 'emperor' }), 422);
  await validAnswer(await post(handOver, { owner: '' }), 422);
  await validAnswer(await post('/profile/name', { name: '' }), 422);
  await validAnswer(await post('/profile/password', { current_password: 'x', password: 'x', again: 'x' }), 422);
  await validAnswer(await post('/profile/theme', { theme: 'pink' }), 422);
  await validAnswer(await post('/profile/sessions/end', { id: '7' }), 404);
  const owner = ADA.name;
  for (const [path, form, said] of [
    [role, { role: 'viewer' }, `${INES.name} is now a viewer.`],
    [handOver, { owner: await idOf(page, owner) }, `Transferred 1 token from ${INES.name} to ${owner}.`],
    ['/profile/theme', { theme: 'dark' }, 'Changed the theme to dark.'],
  ] as const) {
    const led = await post(path, form, 1);
    expect(await led.text(), 'what was done is said on the page that comes next').toContain(said);
    await validAnswer(led, 200);
  }

  const stranger = await elsewhere();
  for (const path of ['/sign-in', '/sign-in?next=/profile', '/setup?code=1', '/password?code=1', '/nowhere']) await validHtml(path, stranger);
  const knock = (path: string, form: Record<string, string>) => stranger.request.post(path, { headers: FROM_HERE, form, maxRedirects: 0 });
  await validAnswer(await knock('/sign-in', { email: 'a"<b>@example.com', password: 'x' }), 401);
  await validAnswer(await knock('/password', { code: '1', password: 'x', again: 'x' }), 404);
  await validAnswer(await knock('/sign-in', {}), 400);
});

test.describe('before anybody is there', () => {
  test.use({ begin: 'empty' });

  test('set-up is valid HTML', async ({ page, server, validHtml, validAnswer }) => {
    const link = new URL(server.setupLinks()[0] ?? '');
    await validHtml(link.pathname + link.search);
    const form = { code: link.searchParams.get('code') ?? '', name: '"><b>', email: '', password: 'x', again: 'y' };
    await validAnswer(await page.request.post('/setup', { headers: FROM_HERE, form }), 422);
  });
});
