// Observes what a page does not show: its requests, the focus, the clipboard.
import { expect, type Locator, type Page } from '@playwright/test';

/** Records the paths that the page requests from now on, except the stream of changes, which is always open. */
export function asksFor(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname !== '/changes') asked.push(pathname);
  });
  return asked;
}

/** Counts how often the page reads the table from now on. */
export function readsOfTheTable(page: Page): () => number {
  const asked = asksFor(page);
  return () => asked.filter((path) => path === '/_fn/load_tokens').length;
}

/** Presses Tab until the element has the focus, 40 times at most. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  await expect(target, 'reached with Tab').toBeFocused();
}

export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** The text on the clipboard, read by pasting it into a field. */
export async function pasted(field: Locator): Promise<string> {
  await field.fill('');
  await field.press('ControlOrMeta+V');
  return field.inputValue();
}

/**
 * Holds back the response of a server function from now on. `asked` resolves once the server has done the work;
 * `answer` or `fail` then lets the page know.
 */
export async function heldBack(page: Page, name: string): Promise<{ asked: Promise<void>; answer: () => void; fail: () => void }> {
  let arrived = () => {};
  let release = (_lost: boolean) => {};
  const asked = new Promise<void>((resolve) => (arrived = resolve));
  const released = new Promise<boolean>((resolve) => (release = resolve));
  await page.route(`**/_fn/${name}`, async (route) => {
    const response = await route.fetch();
    arrived();
    if (await released) await route.abort('connectionrefused');
    else await route.fulfill({ response });
  });
  return { asked, answer: () => release(false), fail: () => release(true) };
}
