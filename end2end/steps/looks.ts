// The ways in which a screen is looked at, and what holds for all of them.
import { expect, type Page } from '@playwright/test';

export const LOOKS = [
  { name: 'in light', use: { colorScheme: 'light' } },
  { name: 'in dark', use: { colorScheme: 'dark' } },
  { name: 'on a phone', use: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true } },
  { name: 'on a phone in dark', use: { colorScheme: 'dark', viewport: { width: 390, height: 844 }, hasTouch: true } },
  { name: 'in forced colours and without motion', use: { contextOptions: { forcedColors: 'active', reducedMotion: 'reduce' } } },
] as const;

export async function expectNothingScrollsSideways(page: Page): Promise<void> {
  const { wide, room } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
  }));
  expect(wide, 'nothing scrolls sideways').toBeLessThanOrEqual(room);
}

/** Nor is there a part of the page that has to be moved inside of its frame. */
export async function expectNothingIsMovedSideways(page: Page, where: string): Promise<void> {
  const moved = await page.evaluate(() =>
    [...document.querySelectorAll('main, main *')]
      .filter((part) => ['auto', 'scroll'].includes(getComputedStyle(part).overflowX) && part.scrollWidth > part.clientWidth + 1)
      .map((part) => `${part.className}: ${part.scrollWidth} in ${part.clientWidth}`),
  );
  expect(moved, where).toEqual([]);
}
