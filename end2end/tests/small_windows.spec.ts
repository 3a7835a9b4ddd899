// Low and narrow windows: every item of a menu can be reached, and nothing scrolls sideways.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { expectNothingIsMovedSideways, expectNothingScrollsSideways } from '../steps/looks.ts';
import { ready, dots, make, visitTokens } from '../steps/tokens.ts';

/** Created first, so the last row of the table. */
const LAST = 'Anchor';
const ROWS = [LAST, 'Billing', 'Deploy bot', 'Nightly backup', 'Status page'];

const LOW = {
  'on a phone': { viewport: { width: 390, height: 844 }, hasTouch: true },
  'on a small phone': { viewport: { width: 320, height: 568 }, hasTouch: true },
  'in landscape': { viewport: { width: 844, height: 390 }, hasTouch: true },
  'at 400 % zoom': { viewport: { width: 320, height: 256 } },
  'in a low window': { viewport: { width: 1280, height: 300 } },
  'in an ordinary window': { viewport: { width: 1280, height: 720 } },
};

/** The item is in the window, and nothing covers it. */
async function expectReachable(page: Page, name: string): Promise<void> {
  const item = page.getByRole('menuitem', { name, exact: true });
  await item.scrollIntoViewIfNeeded();
  await expect(item, `${name} is in the window`).toBeInViewport({ ratio: 0.95 });
  await item.click({ trial: true });
}

for (const [where, use] of Object.entries(LOW)) {
  test.describe(where, () => {
    test.use(use);

    test('every item of the last and of the first menu can be reached', async ({ page }) => {
      for (const name of ROWS) await make(page, { name });
      await visitTokens(page);
      for (const name of [LAST, ROWS[ROWS.length - 1] ?? LAST]) {
        await dots(page, name).click();
        for (const action of ['Edit', 'Rotate', 'Duplicate', 'Transfer', 'Disable', 'Copy ID', 'View activity', 'Delete']) {
          await expectReachable(page, action);
        }
        await page.keyboard.press('Escape');
        await expect(page.getByRole('menu')).toBeHidden();
        // A menu that the keyboard opens is placed without a click on its button.
        await dots(page, name).press('ArrowUp');
        await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeFocused();
        await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeInViewport({ ratio: 0.95 });
        await page.keyboard.press('Escape');
      }
    });
  });
}

test('where there is room, a menu lies beside its button', async ({ page }) => {
  for (const name of ROWS) await make(page, { name });
  await visitTokens(page);
  for (const open of ['click', 'keyboard'] as const) {
    if (open === 'click') await dots(page, LAST).click();
    else await dots(page, LAST).press('ArrowDown');
    const [menu, button] = [await page.getByRole('menu').boundingBox(), await dots(page, LAST).boundingBox()];
    if (!menu || !button) throw new Error('both are there');
    const gap = Math.max(menu.y - (button.y + button.height), button.y - (menu.y + menu.height));
    expect(gap, open).toBeGreaterThanOrEqual(0);
    expect(gap, open).toBeLessThan(12);
    expect(Math.abs(menu.x + menu.width - (button.x + button.width)), open).toBeLessThan(2);
    await page.keyboard.press('Escape');
  }
});

/** Widths of tablets in portrait, and breakpoints. */
const WIDTHS = [761, 768, 800, 810, 820, 834, 900, 960, 961, 1024];
const PAGES = {
  People: '/settings/people',
  Permissions: '/settings/permissions',
  'the audit log': '/settings/audit',
  'the profile': '/profile',
};

for (const [name, path] of Object.entries(PAGES)) {
  test(`${name} fits every tablet`, async ({ page, as }) => {
    await as('ines', 'member');
    for (const token of ROWS) await make(page, { name: token, permissions: ['projects:read', 'billing:write'] });
    await page.goto(path);
    await ready(page);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 1024 });
      await expectNothingScrollsSideways(page);
      await expectNothingIsMovedSideways(page, `${name} at ${width}`);
    }
  });
}

test('no other page is wider than a tablet', async ({ page }) => {
  await make(page, { name: LAST });
  for (const path of ['/overview', '/settings/tokens', '/settings/tokens/deleted', '/settings/general', '/reference']) {
    await page.goto(path);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 1024 });
      await expectNothingScrollsSideways(page);
    }
  }
});
