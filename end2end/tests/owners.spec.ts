// Facts about groups and service accounts: their metadata, and the trust rules by which runs get their tokens.
import type { Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { DEVICES } from '../steps/looks.ts';
import { FROM_HERE } from '../steps/people.ts';
import { prompt, ready, toast, toggle } from '../steps/tokens.ts';

/** Makes a service account, without the form, and returns its page. */
async function makeService(page: Page, name: string, metadata = ''): Promise<string> {
  const form = { kind: 'service', name, purpose: 'For a test', stewards: '', metadata };
  const answer = await page.request.post('/settings/service-accounts/new', { headers: FROM_HERE, form, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  return new URL(answer.headers()['location'] ?? '', 'http://tokenry').pathname;
}

test('metadata of a service account is edited on its page, and leads to the others that have it', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await makeService(page, 'Nightly builds', 'team: platform');
  await makeService(page, 'Weekly report', 'team: finance');
  await page.goto(`${await makeService(page, 'Deploy')}/edit`);
  await ready(page);
  const edit = prompt(page, 'Edit account');
  await toggle(edit, 'Metadata');
  await edit.getByLabel('Entries').fill('Team: platform');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit.getByText('“Team” cannot be a key')).toBeVisible();
  await edit.getByLabel('Entries').fill('team: platform');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(toast(page, /Saved/)).toBeVisible();
  await page.getByRole('link', { name: 'team: platform' }).click();
  await expect(page.getByRole('link', { name: 'Nightly builds' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Deploy' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Weekly report' })).toBeHidden();
  await page.getByRole('link', { name: 'Show all' }).click();
  await expect(page.getByRole('link', { name: 'Weekly report' })).toBeVisible();
});

for (const { name: device, use } of DEVICES) {
  test.describe(device, () => {
    test.use(use);

    test('the page of an account tells which runs get its tokens', async ({ page, server, usable }) => {
      const place = await makeService(page, 'Deploy', 'team: platform');
      const config = join(server.home, 'tokenry.toml');
      writeFileSync(
        config,
        `public_url = "${server.url}"

[[trust]]
name = "release"
issuer = "https://token.actions.githubusercontent.com"
account = "Deploy"
permissions = ["projects:read"]
minutes = 15
claims = { repository = "acme/shop", ref = "refs/heads/main" }
`,
      );
      await server.stop();
      await server.start('--config', config);
      await page.goto(place);
      await ready(page);
      await expect(page.getByRole('heading', { name: 'Trust rules' })).toBeVisible();
      const rule = page.getByRole('row', { name: /^release/ });
      for (const text of ['repository: acme/shop', 'ref: refs/heads/main', 'projects:read', '15 minutes', 'Never used']) {
        await expect(rule.getByText(text)).toBeVisible();
      }
      await usable(page);
    });
  });
}
