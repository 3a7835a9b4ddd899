// The page of one token: its details, its use, and the permissions that nobody uses.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { ready, choose, make, prompt, row, visitTokens } from '../steps/tokens.ts';
import { present, section, shows } from '../steps/uses.ts';

const NOBODY = '/settings/tokens/01234567-89ab-7def-8123-456789abcdef';

async function open(page: Page, name: string): Promise<void> {
  await visitTokens(page);
  await row(page, name).getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
}

test('a token is looked at from its name and from its dots', async ({ page }) => {
  await make(page, { name: 'Deploy bot', description: 'Ships every merge' });
  await open(page, 'Deploy bot');
  await ready(page);
  await expect(page).toHaveTitle('Deploy bot · Tokenry');
  await expect(section(page, 'Details')).toContainText('Ships every merge');
  await expect(section(page, 'Details')).toContainText('by Ada Moreau');
  await expect(section(page, 'Activity')).toContainText('No verifications in the last 24 hours.');
  await visitTokens(page);
  await choose(page, 'Deploy bot', 'View activity');
  await expect(page.getByRole('heading', { name: 'Deploy bot' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Tokens' }).click();
  await expect(row(page, 'Deploy bot')).toBeVisible();
});

test('it tells who used the token, what was refused, and what nobody asks for', async ({ page }) => {
  const secret = await make(page, { name: 'Deploy bot', permissions: ['projects:read', 'projects:write'] });
  await present(page, secret, [
    { permissions: ['projects:read'], times: 3 },
    { permissions: ['billing:write'], times: 2, client: 'Importer', address: '2001:db8::7' },
  ]);
  await open(page, 'Deploy bot');
  await shows(page, '5 verifications in the last 24 hours, 2 of them denied.');
  await expect(page.getByRole('img', { name: /^Chart: 5 verifications/ })).toBeVisible();
  await expect(section(page, 'Activity').getByRole('list').getByRole('listitem')).toHaveText([/Valid\s*3/, /Permission missing\s*2/]);
  const who = section(page, 'Addresses and clients').getByRole('row').filter({ hasText: '203.0.113.9' });
  await expect(who).toContainText('Gateway');
  await expect(who.getByRole('cell', { name: '3', exact: true })).toBeVisible();
  const denial = section(page, 'Denials').getByRole('listitem');
  await expect(denial).toContainText('permission_missing');
  await expect(denial).toContainText('billing:write');
  await expect(denial).toContainText('2 times');
  const permissions = section(page, 'Permissions').getByRole('listitem');
  await expect(permissions.filter({ hasText: 'projects:read' })).toContainText('This hour');
  await expect(permissions.filter({ hasText: 'projects:write' })).toContainText('Not used since it was created');

  await page.getByText('Show as table').click();
  await expect(page.getByRole('table', { name: /^Verifications by hour/ }).getByRole('cell', { name: '3', exact: true })).toBeVisible();
  await page.getByRole('navigation', { name: 'Time shown' }).getByRole('link', { name: '30 days' }).click();
  await expect(page).toHaveURL(/\?range=month#activity$/);
  await expect(section(page, 'Activity')).toContainText('5 verifications in the last 30 days, 2 of them denied.');
});

test('a bar of the chart says what it stands for, by pointer and by keyboard', async ({ page }) => {
  const secret = await make(page, { name: 'Deploy bot', permissions: ['projects:read'] });
  await present(page, secret, [{ permissions: ['projects:read'], times: 3 }]);
  await open(page, 'Deploy bot');
  await shows(page, '3 verifications in the last 24 hours');
  await ready(page);
  const chart = section(page, 'Activity').getByRole('figure');
  await expect(chart).toContainText(/Peak: 3 on /);
  const hours = chart.getByRole('slider', { name: 'Hour' });
  await hours.press('End');
  await expect(chart).toContainText(/ UTC: 3 valid/);
  await expect(hours).toHaveAttribute('aria-valuetext', / UTC: 3 valid$/);
  await hours.press('ArrowLeft');
  await expect(chart).toContainText(/ UTC: no verifications/);
  const { width, height } = (await hours.boundingBox())!;
  await hours.hover({ position: { x: width - 2, y: height / 2 } });
  await expect(chart).toContainText(/ UTC: 3 valid/);
});

test('deleting a token on its page leads to the tokens that are left', async ({ page }) => {
  await make(page, { name: 'Deploy bot' });
  await make(page, { name: 'Nightly backup' });
  await open(page, 'Deploy bot');
  await page.getByRole('main').getByRole('link', { name: 'Delete', exact: true }).click();
  await prompt(page, 'Delete token').getByRole('button', { name: 'Confirm' }).click();
  await expect(page).toHaveURL('/settings/tokens');
  await expect(page.getByRole('status').filter({ hasText: 'Deleted “Deploy bot”.' })).toBeVisible();
  await expect(row(page, 'Nightly backup')).toBeVisible();
  await expect(row(page, 'Deploy bot')).toBeHidden();
});

test('its actions are links to its prompts, and its lines lead to the audit log', async ({ page }) => {
  await make(page, { name: 'Deploy bot' });
  for (const [action, title] of [['Edit', 'Edit token'], ['Transfer', 'Transfer token'], ['Delete', 'Delete token']] as const) {
    await open(page, 'Deploy bot');
    await page.getByRole('main').getByRole('link', { name: action, exact: true }).click();
    await expect(prompt(page, title)).toBeVisible();
    await prompt(page, title).getByRole('link', { name: 'Cancel' }).click();
    await expect(page, 'the page lies behind its prompts').toHaveURL(/\/settings\/tokens\/[0-9a-f-]{36}$/);
  }
  await open(page, 'Deploy bot');
  await expect(section(page, 'History').getByRole('row')).toHaveCount(2);
  await page.getByRole('link', { name: 'All in the audit log' }).click();
  await expect(page).toHaveURL(/\/settings\/audit\?token=/);
  await expect(page.getByRole('row').filter({ hasText: 'Created token' })).toHaveCount(1);
});

test.describe('with a clipboard', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('the id is copied, by keyboard', async ({ page }) => {
    await make(page, { name: 'Deploy bot' });
    await open(page, 'Deploy bot');
    await ready(page);
    await section(page, 'Details').getByRole('button', { name: 'Copy' }).press('Enter');
    await expect(section(page, 'Details').getByText('Copied to the clipboard.')).toBeVisible();
    const id = new URL(page.url()).pathname.split('/').pop();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(id);
  });
});

test('members see their own without the audit log, and others’ not at all', async ({ page, as, complaints }) => {
  complaints.expectStatus(404);
  const ines = await as('ines', 'member');
  await make(ines, { name: 'Deploy bot' });
  await make(page, { name: 'Payroll export' });
  await open(ines, 'Deploy bot');
  await expect(section(ines, 'Details')).toBeVisible();
  await expect(section(ines, 'History')).toBeHidden();
  await expect(ines.getByRole('link', { name: 'Transfer' })).toBeHidden();
  await open(page, 'Payroll export');
  for (const path of [new URL(page.url()).pathname, NOBODY, '/settings/tokens/7']) {
    expect((await ines.goto(path))?.status(), path).toBe(404);
    await expect(ines.getByText('It may have been deleted.')).toBeVisible();
  }
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('everything is there, the numbers included', async ({ page }) => {
    const secret = await make(page, { name: 'Deploy bot', permissions: ['projects:read'] });
    await present(page, secret, [{ permissions: ['projects:read'], times: 2 }]);
    await page.goto('/settings/tokens');
    await row(page, 'Deploy bot').getByRole('link', { name: 'Deploy bot', exact: true }).click();
    await shows(page, '2 verifications in the last 24 hours, none of them denied.');
    await page.getByText('Show as table').click();
    await expect(page.getByRole('table', { name: /^Verifications by hour/ }).getByRole('cell', { name: '2', exact: true })).toBeVisible();
    await expect(section(page, 'Details').getByRole('button', { name: 'Copy' })).toBeHidden();
    await page.getByRole('link', { name: '30 days', exact: true }).click();
    await expect(section(page, 'Activity')).toContainText('in the last 30 days');
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('the page of a token can be used by everybody', async ({ page, usable, validHtml }) => {
      const long = 'The-one-with-a-name-as-long-as-names-can-be-and-without-any-space-in-it-to-break';
      await make(page, { name: long, description: 'd'.repeat(300) });
      const secret = await make(page, {
        name: 'Deploy bot',
        description: 'Ships every merge',
        permissions: ['projects:read', 'projects:write', 'webhooks:write'],
        limits: { allowed_addresses: '203.0.113.0/24\n2001:db8::/32', rate_requests: '5', rate_seconds: '3600' },
      });
      await present(page, secret, [
        { permissions: ['projects:read'], times: 6 },
        { permissions: ['billing:write', 'projects:read'], client: 'c'.repeat(80), address: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff' },
        { address: '10.0.0.1' },
      ]);
      for (const token of [long, 'Deploy bot']) {
        await open(page, token);
        if (token === 'Deploy bot') await shows(page, '8 verifications');
        await ready(page);
        await usable(page);
        await page.getByRole('link', { name: '30 days', exact: true }).click();
        await usable(page);
        await validHtml(new URL(page.url()).pathname);
      }
      await page.getByText('Show as table').click();
      await usable(page);
    });
  });
}
