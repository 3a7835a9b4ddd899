// Noticing what a page does behind what it shows.
import { expect, type Locator, type Page } from '@playwright/test';

/** Notes, from now on, what the page asks the server for: all but the stream of changes, which is always open. */
export function asksFor(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname !== '/changes') asked.push(pathname);
  });
  return asked;
}

/** Counts, from now on, how often the page asks the server for the table. */
export function readsOfTheTable(page: Page): () => number {
  const asked = asksFor(page);
  return () => asked.filter((path) => path === '/_fn/load_tokens').length;
}

/** Presses Tab until the element has the focus, as often as a patient person would. */
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

/** What the clipboard holds: pasted where a person would look at it. */
export async function pasted(field: Locator): Promise<string> {
  await field.fill('');
  await field.press('ControlOrMeta+V');
  return field.inputValue();
}

/**
 * Holds back the answer to what the page asks of a server function, from now on: `asked` is settled when the server has
 * done it, and `answer` or `fail` lets the page know.
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
