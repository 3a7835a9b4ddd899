// Verifications by services, and how pages show them.
import { expect, type Page } from '@playwright/test';
import { make, settled } from './tokens.ts';

type Use = { permissions?: string[]; address?: string; times?: number; client?: string };

/** Verifies a secret as services do, each use as many times as it says. */
export async function present(page: Page, secret: string, uses: Use[]): Promise<void> {
  const keys = new Map<string, string>();
  for (const { permissions = [], address = '203.0.113.9', times = 1, client = 'Gateway' } of uses) {
    // The client is the token of the caller.
    const key = keys.get(client) ?? (await make(page, { name: client, permissions: ['tokenry.tokens:verify'] }));
    keys.set(client, key);
    for (let time = 0; time < times; time++) {
      const answer = await page.request.post('/v1/verify', {
        headers: { authorization: `Bearer ${key}` },
        data: { secret, permissions, address },
      });
      expect(answer.status()).toBe(200);
    }
  }
}

/** Reloads until the text is there, as uses are written a second after they happen. */
export async function shows(page: Page, text: string): Promise<void> {
  await expect(async () => {
    await page.reload();
    await expect(page.getByText(text, { exact: false }).first()).toBeVisible({ timeout: 500 });
  }).toPass();
  await settled(page);
}

/** A section of a page, by its title. */
export const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
