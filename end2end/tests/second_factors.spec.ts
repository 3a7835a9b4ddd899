// Second factors: an authenticator app, recovery codes and passkeys; set up, signed in with, required and reset.
import type { Page } from '@playwright/test';
import { createHmac } from 'node:crypto';
import { expect, test, type Server } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { ADA, atSignIn, personDots, signIn, signOut, visitPeople } from '../steps/people.ts';
import { prompt, settled, toast } from '../steps/tokens.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code that an authenticator app with this key shows, so many half minutes from now (RFC 6238). */
function code(key: string, steps = 0): string {
  const bits = [...key.replaceAll(' ', '')].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const seed = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac('sha1', seed).update(counter).digest();
  const number = digest.readUInt32BE((digest[19] ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

async function visitProfile(page: Page): Promise<void> {
  await page.goto('/profile');
  await expect(page.getByRole('heading', { name: 'Second factors' })).toBeVisible();
  await settled(page);
}

/** Sets an authenticator app up, and returns its key and the recovery codes. */
async function setUpApp(page: Page): Promise<{ key: string; codes: string[] }> {
  await visitProfile(page);
  await page.getByRole('button', { name: 'Set up app' }).click();
  const form = prompt(page, 'Set up authenticator app');
  await expect(form.getByRole('img', { name: 'Picture of the key, to scan' })).toBeVisible();
  const key = await form.locator('.app-key-text').innerText();
  await form.getByLabel('Code').fill(code(key));
  await form.getByRole('button', { name: 'Set up app' }).click();
  const reveal = prompt(page, 'Recovery codes');
  const codes = (await reveal.getByRole('textbox', { name: 'Recovery codes' }).innerText()).split(/\s+/);
  expect(codes).toHaveLength(10);
  await reveal.getByRole('button', { name: 'Done' }).click();
  await reveal.getByRole('button', { name: 'Close without copying' }).click();
  await expect(page.getByText('10 left')).toBeVisible();
  return { key, codes };
}

async function enter(page: Page, typed: string): Promise<void> {
  await page.getByLabel('Code').fill(typed);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** A device with passkeys that answers by itself. */
async function addDevice(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Starts the server once more under a name, as passkeys belong to one. */
async function named(server: Server): Promise<string> {
  await server.stop();
  const url = `http://localhost:${new URL(server.url).port}`;
  await server.start('--public-url', url);
  return url;
}

test('a person sets an authenticator app up and signs in with its codes, each once', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  const { key, codes } = await setUpApp(page);
  await signOut(page);
  await signIn(page, ADA);
  await expect(page.getByRole('heading', { name: 'Second factor' })).toBeVisible();
  await enter(page, code(key));
  await expect(page.getByText('This code is wrong, or was used before.')).toBeVisible();
  await enter(page, code(key, 1));
  await expect(page).toHaveURL('/settings/tokens');
  await signOut(page);
  await signIn(page, ADA);
  await enter(page, codes[0] ?? '');
  await expect(page).toHaveURL('/settings/tokens');
  await visitProfile(page);
  await expect(page.getByText('9 left')).toBeVisible();
});

test('an admin requires a second factor, and who has none sets one up at the next sign-in', async ({ page, as, complaints }) => {
  complaints.expectStatus(422);
  const ines = await as('ines', 'member');
  await page.goto('/settings/general');
  await settled(page);
  await page.getByLabel('Everybody has to').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(toast(page, 'Saved the settings.')).toBeVisible();
  await visitProfile(ines);
  await expect(ines.getByText('Your role needs a second factor.')).toBeVisible();
  await signOut(ines);
  await signIn(ines, { name: 'Ines Okafor', email: 'ines@example.com' });
  await expect(ines.getByRole('heading', { name: 'Set up a second factor' })).toBeVisible();
  const key = await ines.locator('.app-key-text').innerText();
  await ines.getByLabel('Code').fill(code(key));
  await ines.getByRole('button', { name: 'Set up and sign in' }).click();
  await expect(ines.getByRole('heading', { name: 'Recovery codes' })).toBeVisible();
  await ines.getByRole('link', { name: 'I have kept them' }).click();
  await expect(ines).toHaveURL('/settings/tokens');

  await visitPeople(page);
  await personDots(page, { name: 'Ines Okafor', email: '' }).click();
  await page.getByRole('menuitem', { name: 'Reset second factors' }).click();
  await prompt(page, 'Reset second factors').getByRole('button', { name: 'Reset second factors' }).click();
  await expect(toast(page, 'Reset the second factors of Ines Okafor.')).toBeVisible();
});

test('a passkey is added, and signs in without an address or a password', async ({ elsewhere, server }) => {
  const url = await named(server);
  const page = await elsewhere({ baseURL: url });
  await addDevice(page);
  await page.goto('/sign-in?next=/profile');
  await signIn(page, ADA);
  await settled(page);
  await page.getByRole('link', { name: 'Add passkey' }).click();
  const form = prompt(page, 'Add passkey');
  await form.getByLabel('Name').fill('Work laptop');
  await form.getByRole('button', { name: 'Add passkey' }).click();
  const reveal = prompt(page, 'Recovery codes');
  await expect(reveal).toBeVisible();
  await reveal.getByRole('button', { name: 'Done' }).click();
  await reveal.getByRole('button', { name: 'Close without copying' }).click();
  await expect(page.getByRole('rowheader', { name: 'Work laptop' })).toBeVisible();
  await signOut(page);

  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page).toHaveURL(`${url}/settings/tokens`);
  await signOut(page);
  await signIn(page, ADA);
  await expect(page.getByRole('heading', { name: 'Second factor' })).toBeVisible();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page).toHaveURL(`${url}/settings/tokens`);

  await page.goto('/profile');
  await settled(page);
  await page.getByRole('link', { name: 'Remove Work laptop' }).click();
  await prompt(page, 'Remove passkey').getByRole('button', { name: 'Remove passkey' }).click();
  await expect(toast(page, 'Removed the passkey Work laptop.')).toBeVisible();
  await signOut(page);
  await signIn(page, ADA);
  await expect(page).toHaveURL(`${url}/settings/tokens`);
});

test.describe('without WASM', () => {
  test.use({ javaScriptEnabled: false });

  test('an authenticator app is set up, and asked for', async ({ page, validHtml }) => {
    await page.goto('/profile');
    await page.getByRole('button', { name: 'Set up app' }).click();
    const key = await page.locator('.app-key-text').innerText();
    await validHtml('/profile/app');
    await page.getByLabel('Code').fill(code(key));
    await page.getByRole('dialog').getByRole('button', { name: 'Set up app' }).click();
    await expect(page.getByRole('dialog', { name: 'Recovery codes' })).toBeVisible();
    await page.goto('/profile');
    await signOut(page);
    await signIn(page, ADA);
    await enter(page, code(key, 1));
    await expect(page).toHaveURL('/settings/tokens');
  });
});

for (const { name, use } of DEVICES) {
  test.describe(name, () => {
    test.use(use);

    test('every page and prompt about second factors is accessible and fits', async ({ page, usable, validHtml }) => {
      await visitProfile(page);
      await page.getByRole('button', { name: 'Set up app' }).click();
      await expect(prompt(page, 'Set up authenticator app').getByRole('img')).toBeVisible();
      await usable(page);
      await page.keyboard.press('Escape');
      await setUpApp(page);
      await usable(page);
      for (const path of ['/profile/app/remove', '/profile/recovery-codes']) {
        await page.goto(path);
        await settled(page);
        await usable(page);
        await validHtml(path);
      }
      await page.goto('/profile');
      await settled(page);
      await signOut(page);
      await signIn(page, ADA);
      await expect(page.getByRole('heading', { name: 'Second factor' })).toBeVisible();
      await usable(page);
      await page.getByRole('link', { name: 'Sign in as somebody else' }).click();
      await expect(atSignIn(page)).toBeVisible();
    });
  });
}
