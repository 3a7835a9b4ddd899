// Signing in and out: with the form, on the way to every page, and in the middle of work.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { ADA, FROM_HERE, PASSWORD, atSignIn, named, signIn, signInWithout, signOut } from '../steps/people.ts';
import {
  address,
  ready,
  choose,
  create,
  createButton,
  fill,
  heading,
  make,
  prompt,
  row,
  toast,
  visitTokens,
} from '../steps/tokens.ts';

const WRONG = 'Wrong e-mail or password.';

/** The heading of the page that replaces a form whose session has ended. */
function asked(page: Page) {
  return page.getByRole('heading', { name: 'Sign in to continue' });
}

/** Another browser of Ada's ends all her other sessions. */
async function endTheSessionOf(elsewhere: () => Promise<Page>): Promise<void> {
  const other = await elsewhere();
  await signInWithout(other.request, ADA);
  const sent = { headers: FROM_HERE, form: {}, maxRedirects: 0 };
  const answer = await other.request.post('/profile/sessions/end-others', sent);
  expect(answer.status()).toBe(303);
}

test.describe('signed out', () => {
  test.use({ begin: 'signed out' });

  test('every page leads to sign-in, and from there to where one was going', async ({ page }) => {
    for (const place of ['/settings/tokens', '/settings/people', '/settings/audit?kind=session.signed_in&from=2026-01-01', '/profile']) {
      await page.goto(place);
      await expect(page).toHaveURL((url) => url.pathname === '/sign-in' && url.searchParams.get('next') === place);
      await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
      await signIn(page, ADA);
      await expect(page).toHaveURL(place);
      await signOut(page);
    }
    await page.goto('/');
    await signIn(page, ADA);
    await expect(heading(page)).toBeVisible();
  });

  test('a password can be looked at while it is typed, and is sent as a password', async ({ page }) => {
    await page.goto('/sign-in');
    const field = page.getByLabel('Password');
    await page.getByLabel('E-mail address').fill(ADA.email);
    await field.fill(PASSWORD);
    await expect(field).toHaveAttribute('type', 'password');
    await page.getByRole('checkbox', { name: 'Show what you type' }).check();
    await expect(field).toHaveAttribute('type', 'text');
    const sent = page.evaluate(
      () => new Promise((resolve) => document.forms[0]?.addEventListener('submit', () => resolve(document.querySelector<HTMLInputElement>('#password')?.type))),
    );
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await sent).toBe('password');
    await expect(heading(page)).toBeVisible();
  });

  test('sign-in never leads to another site', async ({ page, server }) => {
    for (const next of ['//evil.example', 'https://evil.example/', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', '@evil.example']) {
      await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
      await signIn(page, ADA);
      await expect(page, next).toHaveURL(`${server.url}/settings/tokens`);
      await expect(heading(page)).toBeVisible();
      await signOut(page);
    }
  });

  test('a wrong password, an unknown address and a disabled person get the same sentence', async ({ page, server, complaints }) => {
    complaints.expectStatus(401);
    server.add(named('ines'), 'member');
    server.command(['person', 'disable', '--email', 'ines@example.com']);
    await page.goto('/sign-in?next=/profile');
    for (const [who, password] of [[ADA, 'seventeen purple kettles'], [named('nobody'), PASSWORD], [named('ines'), PASSWORD]] as const) {
      await signIn(page, who, password);
      await expect(page.getByRole('alert')).toHaveText(WRONG);
      await expect(page.getByLabel('E-mail address')).toHaveValue(who.email);
      await expect(page.getByLabel('Password')).toHaveValue('');
      await expect(page.getByLabel('Password')).toBeFocused();
    }
    await signIn(page, ADA);
    await expect(page, 'where one was going is not forgotten').toHaveURL('/profile');
  });

  test('the address may be typed in any case, and with spaces around it', async ({ page }) => {
    await page.goto('/sign-in');
    await expect(page.getByLabel('E-mail address')).toBeFocused();
    await signIn(page, { name: ADA.name, email: 'ADA@Example.com' });
    await expect(heading(page)).toBeVisible();
  });

  test('the keyboard alone is enough', async ({ page }) => {
    await page.goto('/sign-in');
    await expect(page.getByLabel('E-mail address')).toBeFocused();
    await page.keyboard.type(ADA.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await expect(heading(page)).toBeVisible();
  });
});

test('a prompt over another page of the table is where one comes back to', async ({ page }) => {
  for (let n = 1; n <= 51; n += 1) await make(page, { name: n === 1 ? 'The oldest' : `Key ${n}` });
  await visitTokens(page);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Older' }).click();
  await expect(row(page, 'The oldest')).toBeVisible();
  const place = `/settings/tokens/new${new URL(page.url()).search}`;
  await signOut(page);
  await page.goto(place);
  await signIn(page, ADA);
  await expect(page).toHaveURL(place);
  await ready(page);
  await expect(prompt(page, 'Create token').getByLabel('Name')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(row(page, 'The oldest')).toBeVisible();
});

test('a prompt that needs a recent sign-in sends what was typed as a plain form, which asks for the password', async ({ page, complaints }) => {
  complaints.expectStatus(403);
  await page.route('**/_fn/create_token', (route) => route.fulfill({ status: 403, contentType: 'application/json', body: '"sign_in_again"' }));
  await visitTokens(page);
  await createButton(page).click();
  await fill(prompt(page, 'Create token'), { name: 'Nightly backup', permissions: ['Billing Write'] });
  const sent = page.waitForRequest((request) => request.method() === 'POST' && new URL(request.url()).pathname === '/settings/tokens/new');
  await prompt(page, 'Create token').getByRole('button', { name: 'Create', exact: true }).click();
  expect((await sent).postData()).toContain('name=Nightly+backup');
  await expect(prompt(page, '“Nightly backup” is ready'), 'this sign-in is recent').toBeVisible();
});

test('after too many tries one is told to wait, and the browser that is known still gets in', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(401, 429);
  const guessing = await elsewhere();
  const guess = async (tries: number) => {
    const form = { email: ADA.email, password: `guess number ${tries}` };
    return (await guessing.request.post('/sign-in', { headers: FROM_HERE, form })).status();
  };
  let tries = 1;
  while ((await guess(tries)) === 401 && tries < 20) tries += 1;
  expect(tries, 'a typing error or two are forgiven, guessing is not').toBeGreaterThan(5);
  expect(tries).toBeLessThan(12);
  await guessing.goto('/sign-in');
  const refused = guessing.waitForResponse((answer) => answer.request().method() === 'POST');
  await signIn(guessing, ADA);
  const answer = await refused;
  expect(answer.status()).toBe(429);
  expect(Number(answer.headers()['retry-after'])).toBeGreaterThan(0);
  await expect(guessing.getByRole('alert')).toHaveText(/^Too many attempts\. Wait \d+ (seconds|minutes) and try again\.$/);
  await expect(guessing.getByLabel('E-mail address')).toHaveValue(ADA.email);

  await page.goto('/profile');
  await signOut(page);
  await signIn(page, ADA);
  await expect(heading(page)).toBeVisible();
});

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts, begin: 'signed out' });

    test('signing out ends it: neither Back nor an old cookie shows anything', async ({ page, context, elsewhere }) => {
      await page.goto('/settings/tokens/new');
      await signIn(page, ADA);
      await expect(page).toHaveURL('/settings/tokens/new');
      await expect(prompt(page, 'Create token')).toBeVisible();
      await page.goto('/settings/people');
      await expect(page.getByRole('rowheader', { name: ADA.name })).toBeVisible();
      const cookies = await context.cookies();
      expect(cookies.map(({ name }) => name).sort()).toEqual(['tokenry', 'tokenry-browser']);
      for (const { httpOnly, sameSite } of cookies) expect({ httpOnly, sameSite }).toEqual({ httpOnly: true, sameSite: 'Lax' });

      await signOut(page);
      await page.goBack();
      await page.reload();
      await expect(atSignIn(page)).toBeVisible();
      await expect(page.getByText(ADA.name)).toBeHidden();

      const thief = await elsewhere({ javaScriptEnabled: scripts });
      await thief.context().addCookies(cookies);
      await thief.goto('/settings/people');
      await expect(atSignIn(thief)).toBeVisible();
    });
  });
}

test('a table that is read after the session has ended leads to sign-in and back', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(401);
  await visitTokens(page);
  await create(page, { name: 'Nightly backup' });
  await endTheSessionOf(elsewhere);
  await prompt(page, /is ready/).getByRole('button', { name: 'Done' }).click();
  await prompt(page, /is ready/).getByRole('button', { name: 'Close without copying' }).click();
  await expect(atSignIn(page)).toBeVisible();
  await expect(page).toHaveURL('/sign-in?next=/settings/tokens');
  await signIn(page, ADA);
  await expect(page).toHaveURL('/settings/tokens');
  await expect(row(page, 'Nightly backup')).toBeVisible();
});

test('a click or reload after a session ended leads to sign-in and back', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(401);
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  const edit = await address(page, 'Nightly backup', 'Edit');
  await page.goto(edit);
  await ready(page);
  await endTheSessionOf(elsewhere);
  await page.reload();
  await expect(atSignIn(page)).toBeVisible();
  await signIn(page, ADA);
  await expect(page).toHaveURL(edit);
  await expect(prompt(page, 'Edit token').getByLabel('Name')).toHaveValue('Nightly backup');

  await page.goto('/settings/audit');
  await ready(page);
  await endTheSessionOf(elsewhere);
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'People' }).click();
  await signIn(page, ADA);
  await expect(page).toHaveURL('/settings/people');
});

test('an edit is kept when the session has ended, and is saved after signing in', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(401);
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  await choose(page, 'Nightly backup', 'Edit');
  const form = prompt(page, 'Edit token');
  await form.getByLabel('Name').fill('Weekly backup');
  await form.getByLabel('Description').fill('Every Sunday');
  await endTheSessionOf(elsewhere);
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(asked(page)).toBeVisible();
  await expect(page.getByText('What you entered is kept')).toBeVisible();
  await signIn(page, ADA, 'seventeen purple kettles');
  await expect(page.getByRole('alert')).toHaveText(WRONG);
  await expect(page.getByLabel('E-mail address')).toHaveValue(ADA.email);
  await expect(page.getByLabel('Password')).toBeFocused();
  await signIn(page, ADA);
  await expect(page).toHaveURL('/settings/tokens');
  await expect(row(page, 'Weekly backup')).toContainText('Every Sunday');
});

test('a new token is kept when the session has ended, and another tab goes on after signing in', async ({ page, context, elsewhere, complaints }) => {
  complaints.expectStatus(401);
  await make(page, { name: 'Nightly backup' });
  const second = await context.newPage();
  await visitTokens(second);
  await choose(second, 'Nightly backup', 'Delete');
  await expect(prompt(second, 'Delete token')).toContainText('Nightly backup');
  await visitTokens(page);
  await createButton(page).click();
  const form = prompt(page, 'Create token');
  await form.getByLabel('Name').fill('Deploy bot');
  await form.getByRole('checkbox', { name: 'Read' }).first().check();

  await endTheSessionOf(elsewhere);
  await form.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(asked(page)).toBeVisible();
  await signIn(page, ADA);
  await expect(prompt(page, '“Deploy bot” is ready')).toBeVisible();
  await prompt(second, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(row(second, 'Nightly backup')).toBeHidden();
});

test('a deletion waits where the session has ended until one signs in', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(401);
  await make(page, { name: 'Nightly backup' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  await choose(page, 'Nightly backup', 'Delete');
  await endTheSessionOf(elsewhere);
  await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(asked(page)).toBeVisible();
  await signIn(page, ADA);
  await expect(page).toHaveURL('/settings/tokens');
  await expect(toast(page, 'Deleted “Nightly backup”.')).toBeVisible();
  await expect(row(page, 'Deploy bot')).toBeVisible();
  await expect(row(page, 'Nightly backup')).toBeHidden();
});

test('another person who signs in in the other tab does not save as the first', async ({ page, context, server, complaints }) => {
  complaints.expectStatus(401, 404);
  server.add(named('ines'), 'member');
  await make(page, { name: 'Nightly backup' });
  await visitTokens(page);
  await choose(page, 'Nightly backup', 'Edit');
  const form = prompt(page, 'Edit token');
  await form.getByLabel('Name').fill('Weekly backup');
  const tab = await context.newPage();
  await tab.goto('/profile');
  await signOut(tab);
  await signIn(tab, named('ines'));
  await expect(heading(tab)).toBeVisible();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`You are signed in as ${named('ines').name}. The form was not sent`)).toBeVisible();
  await expect(prompt(page, 'Edit token')).toContainText('Token not found.');
});

test('another person who signs in to go on does not send what somebody else has filled in', async ({ page, server, elsewhere, complaints }) => {
  complaints.expectStatus(401);
  server.add(named('ines'), 'member');
  await visitTokens(page);
  await createButton(page).click();
  await fill(prompt(page, 'Create token'), { name: 'Nightly backup', permissions: ['Billing Write'] });
  await endTheSessionOf(elsewhere);
  await prompt(page, 'Create token').getByRole('button', { name: 'Create', exact: true }).click();
  await expect(asked(page)).toBeVisible();
  await signIn(page, named('ines'));
  await expect(page).toHaveURL('/settings/tokens/new');
  await expect(page.getByText(`You are signed in as ${named('ines').name}. The form was not sent`)).toBeVisible();
  await expect(prompt(page, 'Create token').getByLabel('Name')).toHaveValue('');
});
