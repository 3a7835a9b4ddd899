// Devices and looks (light, dark, forced colours) in which screens are checked, and checks that hold in all of them.
import { expect, type Page } from '@playwright/test';

type Media = NonNullable<Parameters<Page['emulateMedia']>[0]>;
/** A look that differs from the first only in its colours needs only the rules of accessibility about colours. */
type Look = { name: string; media: Media; rules?: string[] };

const ABOUT_COLOURS = ['color-contrast', 'link-in-text-block'];

const PLAIN: Media = { colorScheme: 'light', forcedColors: 'none', reducedMotion: 'no-preference' };
const LIGHT: Look = { name: 'in light', media: PLAIN };
const DARK: Look = { name: 'in dark', media: { ...PLAIN, colorScheme: 'dark' }, rules: ABOUT_COLOURS };
const FORCED: Look = {
  name: 'in forced colours and without motion',
  media: { ...PLAIN, forcedColors: 'active', reducedMotion: 'reduce' },
};

/** The looks for each device; `usable` checks all of them, and ends with the first. */
export const LOOKS: Record<'desk' | 'phone', Look[]> = { desk: [LIGHT, DARK, FORCED], phone: [LIGHT, DARK] };
export type Device = keyof typeof LOOKS;

/** The devices of people. Looks are switched on an open page, since opening a screen takes longer than checking it. */
export const DEVICES = [
  { name: 'on a desk', use: { device: 'desk' } },
  { name: 'on a phone', use: { device: 'phone', viewport: { width: 390, height: 844 }, hasTouch: true } },
] as const;

export async function expectNothingScrollsSideways(page: Page): Promise<void> {
  const { wide, room } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
  }));
  expect(wide, 'nothing scrolls sideways').toBeLessThanOrEqual(room);
}

/** No part of the page scrolls sideways inside its own frame. */
export async function expectNothingIsMovedSideways(page: Page, where: string): Promise<void> {
  const moved = await page.evaluate(() =>
    [...document.querySelectorAll('main, main *')]
      .filter((part) => ['auto', 'scroll'].includes(getComputedStyle(part).overflowX) && part.scrollWidth > part.clientWidth + 1)
      .map((part) => `${part.className}: ${part.scrollWidth} in ${part.clientWidth}`),
  );
  expect(moved, where).toEqual([]);
}
