// Waiting times for another screen, with the processor slowed four times: from a click on its link inside the
// application, and by loading its page with a full browser cache. Medians.
import type { Page } from '@playwright/test';
import { test } from '../fixtures.ts';
import { ready } from '../steps/tokens.ts';

test.use({ begin: 'demo' });

const SLOWER = 4;
const VISITS = 7;
const SCREENS = { Overview: '/overview', Permissions: '/settings/permissions', People: '/settings/people', 'Audit log': '/settings/audit', General: '/settings/general', 'API reference': '/reference', Profile: '/profile' };

const median = (all: number[]): number => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

/** Milliseconds from the click to the first frame that shows the other screen. */
function clicked(page: Page, path: string): Promise<number> {
  return page.evaluate(
    (path) =>
      new Promise<number>((resolve) => {
        const link = [...document.querySelectorAll<HTMLAnchorElement>('#app a[href]')].find((link) => link.pathname === path);
        const heading = () => document.querySelector('main [data-heading]');
        const before = heading();
        const begin = performance.now();
        const isThere = () => location.pathname === path && heading() !== before && heading()?.isConnected && !document.querySelector('main[aria-busy], .screen-loading');
        const look = () => (isThere() ? resolve(performance.now() - begin) : requestAnimationFrame(look));
        link?.click();
        look();
      }),
    path,
  );
}

test('from the Tokens page to another screen', async ({ context }) => {
  test.setTimeout(600_000);
  console.log(`\nto another screen, processor ${SLOWER} times slower, median of ${VISITS}, in ms: a click, its page to the first picture, and to working scripts`);
  for (const [name, path] of Object.entries(SCREENS)) {
    const [click, paint, woken]: number[][] = [[], [], []];
    for (let visit = 0; visit < VISITS; visit += 1) {
      const fresh = await context.newPage();
      const devtools = await context.newCDPSession(fresh);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
      await fresh.goto('/settings/tokens');
      await ready(fresh);
      await fresh.waitForFunction(() => performance.getEntriesByName(`${location.origin}/pkg/split_pages.wasm`).length > 0);
      await fresh.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
      click?.push(await clicked(fresh, path));
      await fresh.goto(path);
      await ready(fresh);
      const loaded = await fresh.evaluate(() => [performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, performance.now()]);
      paint?.push(loaded[0] ?? 0);
      woken?.push(loaded[1] ?? 0);
      await fresh.close();
    }
    const [a, b, c] = [click, paint, woken].map((all) => median(all ?? []).toFixed(0).padStart(6));
    console.log(`  ${name.padEnd(16)} ${a} ${b} ${c}`);
  }
});
