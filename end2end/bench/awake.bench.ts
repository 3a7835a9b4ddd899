// Waiting times on the Tokens page, with the processor slowed four times: first paint, hydration, and opening a prompt.
// Medians; every visit begins with an empty cache.
import { test } from '../fixtures.ts';
import { ready, createButton, make, prompt } from '../steps/tokens.ts';

const SLOWER = 4;
const VISITS = 9;

const median = (all: number[]): number => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

test('the Tokens page with fifty rows', async ({ page, context }) => {
  for (let n = 1; n <= 50; n += 1) await make(page, { name: `Token ${n}`, description: 'Nightly export', permissions: ['projects:read', 'billing:write'] });
  const spent: Record<string, number[]> = { 'first contentful paint': [], 'scripts have taken over': [], 'click to open prompt': [], 'click to filled prompt': [] };
  const note = (what: string, ms: number): void => void spent[what]?.push(ms);
  for (let visit = 0; visit < VISITS; visit += 1) {
    const fresh = await context.newPage();
    const devtools = await context.newCDPSession(fresh);
    await devtools.send('Network.enable');
    await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await fresh.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.documentElement?.hasAttribute('data-ready')) return;
        performance.mark('ready');
        observer.disconnect();
      }).observe(document, { attributes: true, subtree: true });
    });
    await fresh.goto('/settings/tokens');
    await ready(fresh);
    const [paint, woken] = await fresh.evaluate(() => [
      performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
      performance.getEntriesByName('ready')[0]?.startTime ?? 0,
    ]);
    note('first contentful paint', paint ?? 0);
    note('scripts have taken over', woken ?? 0);
    // Measured inside the page, so that the round trip to the test is not counted.
    await fresh.evaluate(() => {
      addEventListener('click', () => performance.mark('click'), { once: true, capture: true });
      new MutationObserver((_, observer) => {
        const open = document.querySelector('dialog:modal');
        if (open && performance.getEntriesByName('open').length === 0) performance.mark('open');
        if (!open?.querySelector('input[name=name]')) return;
        performance.mark('filled');
        observer.disconnect();
      }).observe(document.body, { childList: true, subtree: true, attributes: true });
    });
    await createButton(fresh).click();
    await prompt(fresh, 'Create token').getByLabel('Name').waitFor();
    const [click, open, filled] = await fresh.evaluate(() =>
      ['click', 'open', 'filled'].map((name) => performance.getEntriesByName(name)[0]?.startTime ?? 0),
    );
    note('click to open prompt', (open ?? 0) - (click ?? 0));
    note('click to filled prompt', (filled ?? 0) - (click ?? 0));
    await fresh.close();
  }
  console.log(`\nthe browser side of the Tokens page, 50 rows, processor ${SLOWER} times slower, median of ${VISITS}`);
  for (const [what, all] of Object.entries(spent)) console.log(`  ${what.padEnd(26)} ${median(all).toFixed(0).padStart(6)} ms`);
});
