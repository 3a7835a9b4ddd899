// The Content-Security-Policy: every screen complies with it, and injected code does not run. Also requests that
// another site could make in the browser of somebody who is signed in.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { ADA, FROM_HERE, about, addressAbout, named, visitPeople } from '../steps/people.ts';
import { address, ready, choose, created, make, prompt, row, settled, visitTokens } from '../steps/tokens.ts';

const VIOLATION = /Content Security Policy|violates the following/;

/** Logs every violation, including those that a browser does not report on the console. */
async function tellViolations(page: Page): Promise<void> {
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      console.error(`policy violated: ${effectiveDirective} by ${blockedURI}`);
    });
  });
}

/** Every screen that an admin can open by its URL. */
async function screens(page: Page): Promise<string[]> {
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  const tokens = ['/settings/tokens', '/settings/tokens/new', '/settings/tokens?cursor=o1'];
  for (const action of ['Edit', 'Transfer', 'View activity', 'Delete'] as const) tokens.push(await address(page, 'Deploy bot', action));
  await visitPeople(page);
  const people = ['/settings/people', '/settings/people/new'];
  for (const question of ['Change role', 'Transfer tokens', 'Sign out everywhere'] as const) {
    people.push(await addressAbout(page, ADA, question));
  }
  const form = { name: named('yuki').name, email: named('yuki').email, role: 'viewer' };
  expect((await page.request.post('/settings/people/new', { headers: FROM_HERE, form })).status()).toBe(201);
  await visitPeople(page);
  people.push(await addressAbout(page, named('yuki'), 'Reset password'));
  const permissions = ['', '/new', '/projects/edit', '/projects/remove', '/holders?permission=projects:read'].map((path) => `/settings/permissions${path}`);
  return [...tokens, ...permissions, ...people, '/settings/audit', '/settings/audit?kind=x', '/reference', '/profile', '/sign-in', '/setup?code=1', '/password?code=1', '/nowhere'];
}

test('every screen lives within its policy', async ({ page, complaints }) => {
  complaints.expectStatus(404, 422);
  await tellViolations(page);
  const nonces = new Set<string>();
  const paths = await screens(page);
  for (const path of paths) {
    await test.step(path, async () => {
      const answer = await page.goto(path);
      const policy = (await answer?.headerValue('content-security-policy')) ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe-inline');
      expect(policy).not.toContain("'unsafe-eval'");
      const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(nonce.length).toBeGreaterThan(15);
      nonces.add(nonce);
      await settled(page);
      const bare = await page.evaluate(
        (mine) => [...document.scripts].filter((script) => !script.src && script.nonce !== mine).map((script) => script.outerHTML),
        nonce,
      );
      expect(bare, 'inline scripts without the nonce of this answer').toEqual([]);
      const handlers = await page.evaluate(
        () => [...document.querySelectorAll('*')].filter((element) => element.getAttributeNames().some((name) => name.startsWith('on'))).length,
      );
      expect(handlers, 'handlers in attributes').toBe(0);
      expect(complaints.all()).toEqual([]);
    });
  }
  expect(nonces.size, 'a nonce is used once').toBe(paths.length);
});

test.describe('with somebody working', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('what the scripts do stays within the policy too', async ({ page, server }) => {
    await tellViolations(page);
    server.add(named('ines'), 'member');
    await visitTokens(page);
    await created(page, { name: 'Nightly backup' });
    await choose(page, 'Nightly backup', 'Edit');
    await prompt(page, 'Edit token').getByLabel('Name').fill('Weekly backup');
    await prompt(page, 'Edit token').getByRole('button', { name: 'Save' }).click();
    await choose(page, 'Weekly backup', 'Delete');
    await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
    await expect(row(page, 'Weekly backup')).toBeHidden();
    await visitPeople(page);
    await ready(page);
    await about(page, named('ines'), 'Reset password');
    await prompt(page, 'Reset password').getByRole('button', { name: 'Create reset link' }).click();
    await expect(prompt(page, /^A link for/)).toBeVisible();
    await ready(page);
    await prompt(page, /^A link for/).getByRole('button', { name: 'Copy' }).click();
    await expect(prompt(page, /^A link for/).getByRole('status')).toHaveText('Copied to the clipboard.');
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL('/settings/people');
  });
});

test('a script that somebody slipped into a page does not run', async ({ page, complaints }) => {
  complaints.expectStatus(404, 422);
  const paths = await screens(page);
  complaints.expect(VIOLATION);
  await page.route('**', async (route) => {
    if (route.request().resourceType() !== 'document') return route.continue();
    const answer = await route.fetch();
    const slipped = `<script>window.slipped = 'inline'</script><script nonce="guessed">window.slipped = 'guessed'</script>
      <script src="data:text/javascript,window.slipped='data'"></script><img src="/none" alt="" onerror="window.slipped = 'handler'">
      <iframe src="/settings/tokens" title="x"></iframe><base href="https://evil.example/">`;
    await route.fulfill({ response: answer, body: (await answer.text()).replace('</main>', `</main>${slipped}`) });
  });
  let blocked = 0;
  page.on('console', (message) => {
    if (VIOLATION.test(message.text())) blocked += 1;
  });
  for (const path of paths) {
    const before = blocked;
    await page.goto(path);
    await expect(page.getByRole('heading').first()).toBeAttached();
    await expect.poll(() => blocked - before, { message: `${path} blocks all of them` }).toBeGreaterThanOrEqual(4);
    expect(await page.evaluate(() => (window as { slipped?: string }).slipped), path).toBeUndefined();
  }
});

test('a form on another site changes nothing', async ({ page, server, complaints }) => {
  complaints.expectStatus(403);
  // To a browser, localhost and 127.0.0.1 are different sites.
  const elsewhere = server.url.replace('127.0.0.1', 'localhost');
  const forms = [['/sign-out', ''], ['/profile/name', 'name'], ['/sign-in', 'email'], ['/profile/sessions/end-others', '']] as const;
  for (const [path, field] of forms) {
    await page.route(`${elsewhere}/trap`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${server.url}${path}">${field && `<input name="${field}" value="Mallory">`}<button>Win a prize</button></form>`,
      }),
    );
    await page.goto(`${elsewhere}/trap`);
    const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
    await page.getByRole('button', { name: 'Win a prize' }).click();
    expect((await answered).status(), path).toBe(403);
    await expect(page.getByText('This request came from another site and was refused.')).toBeVisible();
    await page.unrouteAll();
  }
  await page.goto('/profile');
  await expect(page.getByLabel('Display name')).toHaveValue(ADA.name);
});
