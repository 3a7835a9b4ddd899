// The overview: how the tokens are used, and which of them need attention.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEVICES, expectNothingScrollsSideways } from '../steps/looks.ts';
import { ready, make, row, soon } from '../steps/tokens.ts';
import { present, section, shows } from '../steps/uses.ts';

const place = (page: Page, name: string) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true });
const card = (page: Page, name: string, count: string) =>
  section(page, 'Tokens that need attention').getByRole('link', { name: `${name} ${count}`, exact: true });

/** The figures above the chart: verifications, denied, and their share. */
async function expectFigures(page: Page, ...figures: [string, string, string]): Promise<void> {
  await expect(section(page, 'Verifications').getByRole('definition')).toHaveText(figures);
}

/** Two tokens that need attention, two verifications that were denied and three that were valid. */
async function busy(page: Page): Promise<void> {
  const secret = await make(page, { name: 'Deploy bot', permissions: ['projects:read'], limits: { expires_at: soon(60) } });
  await make(page, { name: 'Waiting', limits: { expires_at: soon(3) } });
  await present(page, secret, [
    { permissions: ['projects:read'], times: 3 },
    { permissions: ['billing:write'], times: 2 },
  ]);
}

test('it is the first place in the navigation, and the guide still begins with the tokens', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL(/\/settings\/tokens$/);
  await expect(place(page, 'Settings')).toHaveAttribute('aria-current', 'page');
  await place(page, 'Overview').click();
  await expect(page).toHaveURL(/\/overview$/);
  await expect(page).toHaveTitle('Overview · Tokenry');
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await expect(place(page, 'Overview')).toHaveAttribute('aria-current', 'page');
  await expect(place(page, 'Settings')).not.toHaveAttribute('aria-current');
});

test('with nothing to see yet it leads to the first token, and then to the first verification', async ({ page, baseURL }) => {
  await page.goto('/overview');
  await ready(page);
  await expect(page.getByText('No tokens yet')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Create token' }).click();
  await expect(page.getByRole('dialog', { name: 'Create token' })).toBeVisible();
  await make(page, { name: 'Deploy bot' });
  await page.goto('/overview');
  await ready(page);
  await expectFigures(page, 'None yet', 'None yet', 'None yet');
  await expect(section(page, 'Verifications')).toContainText('Verifications will appear here by hour and by day');
  await expect(section(page, 'Verifications')).toContainText(`curl -X POST "${baseURL}/v1/verify"`);
  await page.getByRole('link', { name: 'More in the API reference' }).click();
  await expect(page.getByRole('article', { name: 'Verify a secret', exact: true })).toBeInViewport();
});

test('it adds up what services asked, by hour and by day, with the same numbers in a table', async ({ page }) => {
  await busy(page);
  await page.goto('/overview');
  await shows(page, '40%');
  await expectFigures(page, '5', '2', '40%');
  await expect(page.getByRole('img', { name: /^Chart: 5 verifications in the last 24 hours, 2 of them denied/ })).toBeVisible();
  await expect(section(page, 'Verifications').getByRole('list').getByRole('listitem')).toHaveText([/Valid\s*3/, /Permission missing\s*2/]);
  await page.getByText('Show as table').click();
  const hours = page.getByRole('table', { name: /^Verifications by hour/ });
  await expect(hours.getByRole('columnheader')).toHaveText(['Hour (UTC)', 'Valid', 'Permission missing']);
  await page.getByRole('navigation', { name: 'Time shown' }).getByRole('link', { name: '30 days' }).press('Enter');
  await expect(page).toHaveURL(/\/overview\?range=month$/);
  await expectFigures(page, '5', '2', '40%');
  await expect(page.getByRole('table', { name: /^Verifications by day/ }).getByRole('cell', { name: '3', exact: true })).toBeVisible();
});

test('every card leads to its tokens', async ({ page }) => {
  await busy(page);
  await page.goto('/overview');
  await shows(page, '40%');
  await expect(card(page, 'Idle', 'None')).toBeVisible();
  await expect(card(page, 'Full access', 'None')).toBeVisible();
  await expect(section(page, 'Tokens that need attention')).toContainText('No idle tokens.');
  for (const [name, there, elsewhere] of [
    ['Expiring soon', 'Waiting', 'Deploy bot'],
    ['Never used', 'Waiting', 'Deploy bot'],
    ['No expiry', 'Gateway', 'Waiting'],
  ] as const) {
    await page.goto('/overview');
    await card(page, name, '1').click();
    await expect(page).toHaveURL(/\/settings\/tokens\?(status|concern)=/);
    await expect(row(page, there)).toBeVisible();
    await expect(row(page, elsewhere)).toBeHidden();
  }
});

test('members see what their own tokens are used for, and viewers what all are', async ({ page, as }) => {
  const [ines, noor] = [await as('ines', 'member'), await as('noor', 'viewer')];
  await busy(page);
  await page.goto('/overview');
  await shows(page, '40%');
  await ines.goto('/overview');
  await expect(ines.getByText('You have no tokens yet')).toBeVisible();
  await expect(section(ines, 'Verifications')).toBeHidden();
  await make(ines, { name: 'Mine' });
  await ines.goto('/overview');
  await expectFigures(ines, 'None yet', 'None yet', 'None yet');
  await expect(card(ines, 'Never used', '1')).toBeVisible();
  await noor.goto('/overview');
  await expectFigures(noor, '5', '2', '40%');
  await expect(card(noor, 'Never used', '2')).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('everything is there, the numbers included', async ({ page }) => {
    await busy(page);
    await page.goto('/overview');
    await shows(page, '40%');
    await page.getByText('Show as table').click();
    await expect(page.getByRole('table', { name: /^Verifications by hour/ }).getByRole('cell', { name: '3', exact: true })).toBeVisible();
    await page.getByRole('link', { name: '30 days', exact: true }).click();
    await expectFigures(page, '5', '2', '40%');
    await card(page, 'Never used', '1').click();
    await expect(row(page, 'Waiting')).toBeVisible();
  });
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('the overview can be used by everybody before there is anything to see', async ({ page, usable, validHtml }) => {
      for (const what of ['no token', 'no verification']) {
        await test.step(what, async () => {
          await page.goto('/overview');
          await ready(page);
          await usable(page);
          await validHtml('/overview');
        });
        await make(page, { name: `After ${what}`, limits: { expires_at: soon(60) } });
      }
    });

    test('the overview can be used by everybody', async ({ page, usable, validHtml }) => {
      await busy(page);
      await page.goto('/overview');
      await shows(page, '40%');
      await ready(page);
      await usable(page);
      await page.getByRole('link', { name: '30 days', exact: true }).click();
      await expect(page).toHaveURL(/\?range=month$/);
      await page.getByText('Show as table').click();
      await usable(page);
      await validHtml('/overview?range=month');
    });
  });
}

test('on the narrowest phone every place can be reached', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const [name, path] of [['Overview', '/overview'], ['Settings', '/settings/tokens'], ['API reference', '/reference']] as const) {
    await page.goto('/profile');
    await expectNothingScrollsSideways(page);
    await place(page, name).click();
    await expect(page).toHaveURL((url) => url.pathname === path);
  }
});
