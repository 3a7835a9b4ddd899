// The profile: a person's own name, theme, password and sessions.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { ADA, FROM_HERE, OTHER_PASSWORD, PASSWORD, atSignIn, sessions, signIn, signInWithout, signOut, typeNewPassword } from '../steps/people.ts';
import { ready, make, row, settled, toast, visitTokens } from '../steps/tokens.ts';

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/604.1';

const me = (page: Page, name: string) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });
const done = (page: Page, text: string | RegExp) => expect(toast(page, text)).toBeVisible();
const session = (page: Page, client: string | RegExp) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: client }) });

const PASSWORDS = ['Current password', 'New password', 'New password, again'] as const;

async function visitProfile(page: Page): Promise<void> {
  await page.goto('/profile');
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
  await settled(page);
}

/** Whether the text is lighter than its background. */
async function isDark(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const light = (colour: string) => {
      const paint = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
      if (!paint) return 0;
      paint.fillStyle = colour;
      paint.fillRect(0, 0, 1, 1);
      return [...paint.getImageData(0, 0, 1, 1).data.slice(0, 3)].reduce((sum, part) => sum + part, 0);
    };
    const { color, backgroundColor } = getComputedStyle(document.body);
    return light(color) > light(backgroundColor);
  });
}

async function changePassword(page: Page, current: string, password: string): Promise<void> {
  await page.getByLabel('Current password').fill(current);
  await typeNewPassword(page, password);
  await page.getByRole('button', { name: 'Change password' }).click();
}

test('the profile is one click away from every page', async ({ page }) => {
  for (const path of ['/settings/tokens', '/settings/people', '/settings/audit', '/profile']) {
    await page.goto(path);
    await ready(page);
    await me(page, ADA.name).click();
    await expect(page).toHaveURL('/profile');
    await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
    await expect(page).toHaveTitle('Profile · Tokenry');
    await expect(page.getByText(`You sign in as ${ADA.email}.`)).toBeVisible();
  }
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await expect(page).toHaveURL('/settings/tokens');
});

test('a new name is what others see', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await make(page, { name: 'Nightly backup' });
  await visitProfile(page);
  const name = page.getByLabel('Display name');
  await expect(name).toHaveValue(ADA.name);
  await name.fill('Ada Moreau-Lind');
  await page.getByRole('button', { name: 'Save name' }).click();
  await done(page, 'Changed your name to Ada Moreau-Lind.');
  await expect(me(page, 'Ada Moreau-Lind admin')).toBeVisible();
  await visitTokens(page);
  await expect(row(page, 'Nightly backup').getByRole('cell', { name: 'Ada Moreau-Lind' })).toBeVisible();

  await visitProfile(page);
  await name.fill('Ada\u202eMoreau');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await expect(name).toHaveAccessibleDescription(/U\+202E/);
  await expect(name).toHaveValue('Ada\u202eMoreau');
  await expect(me(page, 'Ada Moreau-Lind admin')).toBeVisible();
});

for (const [system, chosen, dark] of [['light', 'Dark', true], ['dark', 'Light', false]] as const) {
  test.describe(`while the system is ${system}`, () => {
    test.use({ colorScheme: system });

    test(`who has chosen ${chosen.toLowerCase()} sees everything so`, async ({ page, elsewhere, accessible }) => {
      await visitProfile(page);
      expect(await isDark(page), 'as the system says').toBe(!dark);
      await expect(page.getByRole('radio', { name: 'System' })).toBeChecked();
      await ready(page);
      await page.getByRole('radiogroup', { name: 'Theme' }).getByRole('radio', { name: chosen }).check();
      await done(page, `Changed the theme to ${chosen.toLowerCase()}.`);
      await expect.poll(() => isDark(page), 'at once').toBe(dark);
      await page.reload();
      await expect(page.getByRole('radio', { name: chosen })).toBeChecked();
      expect(await isDark(page)).toBe(dark);
      await accessible(page);
      for (const path of ['/settings/tokens', '/settings/tokens/new', '/settings/people', '/settings/audit']) {
        await page.goto(path);
        await ready(page);
        expect(await isDark(page), path).toBe(dark);
        await accessible(page);
      }
      const phone = await elsewhere({ colorScheme: system });
      await signInWithout(phone.request, ADA);
      await visitProfile(phone);
      expect(await isDark(phone), 'in another browser too').toBe(dark);

      await visitProfile(page);
      await ready(page);
      await page.getByRole('radio', { name: 'System' }).check();
      await done(page, 'Changed the theme to system.');
      await expect.poll(() => isDark(page)).toBe(!dark);
      await signOut(page);
      expect(await isDark(page)).toBe(!dark);
    });
  });
}

test('a new password ends all other sessions, and this one goes on', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(401);
  const other = await elsewhere();
  await signInWithout(other.request, ADA);
  await visitProfile(other);
  await visitProfile(page);
  await changePassword(page, PASSWORD, OTHER_PASSWORD);
  await done(page, 'Changed your password. Your other sessions are signed out.');
  for (const label of PASSWORDS) await expect(page.getByLabel(label, { exact: true })).toHaveValue('');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
  await other.reload();
  await expect(atSignIn(other)).toBeVisible();
  await signIn(other, ADA, PASSWORD);
  await expect(other.getByRole('alert')).toBeVisible();
  await signIn(other, ADA, OTHER_PASSWORD);
  await expect(other).toHaveURL('/profile');
});

test('a password is not changed without the current one, nor to one that is too easy', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(422);
  const other = await elsewhere();
  await signInWithout(other.request, ADA);
  await visitProfile(page);
  await changePassword(page, 'seventeen violet cattle', OTHER_PASSWORD);
  const current = page.getByLabel('Current password');
  await expect(current).toHaveAccessibleDescription('This is not your current password.');
  await expect(current).toHaveAttribute('aria-invalid', 'true');
  const fresh = page.getByLabel('New password', { exact: true });
  for (const [typed, sentence] of [['short', /Use at least 15 characters/], ['passwordpassword', /one of the first that anybody would try/]] as const) {
    await changePassword(page, PASSWORD, typed);
    await expect(fresh).toHaveAccessibleDescription(sentence);
    await expect(current).not.toHaveAttribute('aria-invalid');
  }
  await visitProfile(other);
  await signOut(other);
  await signIn(other, ADA, PASSWORD);
  await expect(other.getByRole('heading', { name: /^Tokens/ })).toBeVisible();
});

test('sessions are told apart by client and address, and one of them is ended', async ({ page, server, elsewhere }) => {
  await server.stop();
  await server.start('--trusted-proxy', '127.0.0.1');
  const windows = await elsewhere({ userAgent: WINDOWS, extraHTTPHeaders: { 'x-forwarded-for': '192.0.2.7' } });
  const phone = await elsewhere({ userAgent: IPHONE, extraHTTPHeaders: { 'x-forwarded-for': '2001:db8::7' } });
  for (const one of [windows, phone]) await signInWithout(one.request, ADA);
  await visitProfile(page);
  await ready(page);
  await expect(session(page, /^Chrome/).getByText('This session')).toBeVisible();
  await expect(session(page, /^Chrome/).getByRole('button')).toHaveCount(0);
  await expect(session(page, 'Firefox on Windows').getByRole('cell', { name: '192.0.2.7', exact: true })).toBeVisible();
  await expect(session(page, 'Firefox on Windows').getByText('just now').first()).toHaveAttribute('title', /^\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC$/);
  await expect(session(page, 'Safari on iPhone').getByRole('cell', { name: '2001:db8::7', exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Sign out Firefox on Windows, 192.0.2.7' }).click();
  await done(page, 'Signed out Firefox on Windows.');
  await expect(session(page, 'Firefox on Windows')).toBeHidden();
  await windows.goto('/profile');
  await expect(atSignIn(windows)).toBeVisible();
  await visitProfile(phone);
  await expect(session(phone, 'Safari on iPhone').getByText('This session')).toBeVisible();
});

test.describe('by another clock', () => {
  test.use({ timezoneId: 'Asia/Kathmandu' });

  test('a time is told by both clocks, and exactly where somebody wants that', async ({ page }) => {
    await visitProfile(page);
    const time = session(page, /^Chrome/).locator('time').first();
    await expect(time).toHaveAttribute('title', /^(.+) local time · (.+) UTC$/);
    const [local = '', utc = ''] = ((await time.getAttribute('title')) ?? '').split(/ local time · | UTC$/);
    expect(Date.parse(`${local} UTC`) - Date.parse(`${utc} UTC`), 'ahead by 5:45').toBe(345 * 60_000);
    await page.getByLabel('Exact times instead of “2 hours ago”').check();
    await page.reload();
    await ready(page);
    await expect(session(page, /^Chrome/).locator('time').first()).toHaveText(local);

    await page.goto('/settings/audit');
    const line = page.getByRole('row').locator('time').first();
    await expect(line).toHaveAttribute('title', /^\d{1,2} \w{3} \d{4}, \d\d:\d\d local time$/);
  });
});

test('all other sessions are ended at once', async ({ page, elsewhere }) => {
  const others = [await elsewhere(), await elsewhere()];
  for (const one of others) {
    await signInWithout(one.request, ADA);
    await visitProfile(one);
  }
  await visitProfile(page);
  await page.getByRole('button', { name: 'Sign out all others' }).click();
  await done(page, 'Signed out all your other sessions.');
  await expect(sessions(page).getByRole('rowheader')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Sign out all others' }), 'there are none').toBeHidden();
  for (const one of others) {
    await one.reload();
    await expect(atSignIn(one)).toBeVisible();
  }
});

test('another session is signed out after one’s own has ended, and one has signed in again', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(401);
  const windows = await elsewhere({ userAgent: WINDOWS });
  await signInWithout(windows.request, ADA);
  await visitProfile(page);
  const answer = await windows.request.post('/profile/sessions/end-others', { headers: FROM_HERE, form: {}, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  await page.getByRole('button', { name: /^Sign out Firefox/ }).click();
  await expect(page.getByText('What you entered is kept')).toBeVisible();
  await signIn(page, ADA);
  await done(page, 'Signed out Firefox on Windows.');
  await windows.goto('/profile');
  await expect(atSignIn(windows)).toBeVisible();
});

test('a session that has ended meanwhile is said to have', async ({ page, elsewhere, complaints }) => {
  complaints.expectStatus(404);
  const other = await elsewhere({ userAgent: WINDOWS });
  await signInWithout(other.request, ADA);
  await visitProfile(page);
  await visitProfile(other);
  await signOut(other);
  await page.getByRole('button', { name: /^Sign out Firefox/ }).click();
  await expect(page.getByText('There is no such session; it may have ended already.')).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('name, theme, password and sessions are changed', async ({ page, elsewhere }) => {
    const other = await elsewhere();
    await signInWithout(other.request, ADA);
    await page.goto('/settings/tokens');
    await me(page, ADA.name).click();
    await page.getByLabel('Display name').fill('Ada M');
    await page.getByRole('button', { name: 'Save name' }).click();
    await done(page, 'Changed your name to Ada M.');
    await expect(me(page, 'Ada M admin')).toBeVisible();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await page.getByRole('button', { name: 'Save theme' }).click();
    await done(page, 'Changed the theme to dark.');
    await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
    await page.getByRole('table').getByRole('button', { name: /^Sign out/ }).click();
    await done(page, /^Signed out \S.*\.$/);
    await changePassword(page, PASSWORD, OTHER_PASSWORD);
    await done(page, 'Changed your password. Your other sessions are signed out.');
    await signOut(page);
    await signIn(page, ADA, OTHER_PASSWORD);
    await expect(page.getByRole('heading', { name: /^Tokens/ })).toBeVisible();
  });
});
