// Limits of a token (expiry, addresses, rate): in the prompts, in the table, and without scripts.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { ready, choice, choose, fill, fold, limitsIn, make, openTokens, prompt, row, soon, toggle, visitTokens, type Limits } from '../steps/tokens.ts';
import { asksFor, press, tabTo } from '../steps/watch.ts';

const LIMITS: Limits = { expires_at: '2099-02-21', allowed_addresses: '10.0.0.0/8 203.0.113.9', rate_requests: '100', rate_seconds: '60' };
const NO_RANGE = /“10\.0\.0\.0\/33” is not an address or range/;
const NO_RATE = /A rate limit is 1 to 1000000 verifications in 1 to 86400 seconds, both in digits\./;
const creator = (page: Page) => prompt(page, 'Create token');
const editor = (page: Page) => prompt(page, 'Edit token');
const send = (page: Page) => creator(page).getByRole('button', { name: 'Create', exact: true }).click();
const save = (page: Page) => editor(page).getByRole('button', { name: 'Save' }).click();

async function openNew(page: Page): Promise<void> {
  await page.goto('/settings/tokens/new');
  await ready(page);
}

async function openEdit(page: Page, name = 'Nightly backup'): Promise<void> {
  await visitTokens(page);
  await choose(page, name, 'Edit');
  await expect(editor(page).getByLabel('Name')).toHaveValue(name);
}

async function fillIn(page: Page, { expires_at = '', allowed_addresses = '', rate_requests = '', rate_seconds = '' }: Limits): Promise<void> {
  const { expires, addresses, verifications, seconds } = limitsIn(page.getByRole('dialog'));
  await expires.fill(expires_at);
  await addresses.fill(allowed_addresses);
  await verifications.fill(rate_requests);
  await seconds.fill(rate_seconds);
}

async function expectLimits(page: Page, { expires_at = '', allowed_addresses = '', rate_requests = '', rate_seconds = '' }: Limits): Promise<void> {
  const { expires, addresses, verifications, seconds } = limitsIn(editor(page));
  await expect(expires).toHaveValue(expires_at);
  await expect(addresses).toHaveValue(allowed_addresses);
  await expect(verifications).toHaveValue(rate_requests);
  await expect(seconds).toHaveValue(rate_seconds);
}

test('limits that are set with a token stand in its prompt, and can be taken away', async ({ page }) => {
  await openNew(page);
  await expect(limitsIn(creator(page)).addresses).toBeHidden();
  await toggle(creator(page), 'Limits');
  await fill(creator(page), { name: 'Nightly backup', permissions: ['Projects Read'] });
  await fillIn(page, { ...LIMITS, allowed_addresses: '10.1.2.3/8, 203.0.113.9\n' });
  await send(page);
  await expect(prompt(page, '“Nightly backup” is ready')).toBeVisible();

  await openEdit(page);
  await expectLimits(page, { ...LIMITS, allowed_addresses: '10.0.0.0/8\n203.0.113.9' });
  await fillIn(page, {});
  await save(page);
  await expect(editor(page)).toBeHidden();

  await choose(page, 'Nightly backup', 'Edit');
  await expect(limitsIn(editor(page)).addresses).toBeHidden();
  await toggle(editor(page), 'Limits');
  await expectLimits(page, {});
});

test('a wrong range is told beside its field, without asking the server', async ({ page }) => {
  await openNew(page);
  await fill(creator(page), { name: 'Nightly backup', permissions: ['Projects Read'] });
  await toggle(creator(page), 'Limits');
  const { addresses, verifications, seconds } = limitsIn(creator(page));
  const asked = asksFor(page);
  await addresses.fill('10.0.0.0/8\n10.0.0.0/33');
  await verifications.fill('100');
  await send(page);
  await expect(addresses).toHaveAccessibleDescription(NO_RANGE);
  await expect(addresses).toHaveAttribute('aria-invalid', 'true');
  await expect(addresses).toBeFocused();
  for (const number of [verifications, seconds]) await expect(number).toHaveAccessibleDescription(NO_RATE);

  await addresses.fill('10.0.0.0/8');
  await send(page);
  await expect(verifications).toBeFocused();
  await expect(addresses).not.toHaveAttribute('aria-invalid');
  expect(asked).toEqual([]);

  await seconds.fill('60');
  await send(page);
  await expect(prompt(page, '“Nightly backup” is ready')).toBeVisible();
});

test('what is wrong unfolds what hides it', async ({ page }) => {
  await openNew(page);
  await fill(creator(page), { name: 'Nightly backup', permissions: ['Projects Read'] });
  await toggle(creator(page), 'Limits');
  const { verifications } = limitsIn(creator(page));
  await verifications.fill('many');
  await toggle(creator(page), 'Limits');
  await expect(verifications).toBeHidden();
  await send(page);
  await expect(verifications).toBeFocused();
  await expect(verifications).toHaveValue('many');
});

test('a day that is over is refused beside its field', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  await openNew(page);
  await fill(creator(page), { name: 'Nightly backup', permissions: ['Projects Read'] });
  const { expires } = limitsIn(creator(page));
  await expires.fill('2020-02-21');
  await send(page);
  await expect(expires).toHaveAccessibleDescription(/This date has passed\. Choose a later one, or none\./);
  await expect(expires).toBeFocused();
  await expires.fill(soon(9));
  await send(page);
  await expect(prompt(page, '“Nightly backup” is ready')).toBeVisible();
});

test('an end that is not the end of a day is kept to the millisecond', async ({ page }) => {
  await make(page, { name: 'Nightly backup', limits: { expires_at: '2099-02-21T18:30:00.120+01:00' } });
  await openEdit(page);
  await expect(limitsIn(editor(page)).expires).toHaveValue('2099-02-21T17:30:00.120Z');
  await editor(page).getByLabel('Description').fill('Every night');
  await save(page);
  await expect(row(page, 'Nightly backup')).toContainText('Every night');
  await choose(page, 'Nightly backup', 'Edit');
  await expect(limitsIn(editor(page)).expires).toHaveValue('2099-02-21T17:30:00.120Z');
  await limitsIn(editor(page)).expires.fill('2099-02-21');
  await save(page);
  await expect(editor(page)).toBeHidden();
  await choose(page, 'Nightly backup', 'Edit');
  await expect(limitsIn(editor(page)).expires).toHaveAttribute('type', 'date');
});

test('after a conflict the limits that were saved meanwhile stand below their fields', async ({ page, context, complaints }) => {
  complaints.expectStatus(409);
  await make(page, { name: 'Nightly backup' });
  await openEdit(page);
  const other = await context.newPage();
  await openEdit(other);
  await toggle(editor(other), 'Limits');
  await fillIn(other, LIMITS);
  await save(other);
  await expect(editor(other)).toBeHidden();

  await editor(page).getByLabel('Description').fill('Every evening');
  await save(page);
  await expect(editor(page).getByRole('alert')).toBeFocused();
  const { expires, addresses, seconds } = limitsIn(editor(page));
  await expect(addresses, 'unfolded').toBeVisible();
  await expect(expires).toHaveAccessibleDescription(/Their value: the end of 21 Feb 2099, UTC/);
  await expect(addresses).toHaveAccessibleDescription(/Their value: 10\.0\.0\.0\/8, 203\.0\.113\.9/);
  await expect(seconds).toHaveAccessibleDescription(/Their value: 100 verifications in 60 seconds/);
  await save(page);
  await expect(editor(page)).toBeHidden();
  await openEdit(page);
  await toggle(editor(page), 'Limits');
  await expectLimits(page, {});
});

test('limits are set by keyboard alone', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await openEdit(page);
  const { addresses, verifications, seconds } = limitsIn(editor(page));
  await limitsIn(editor(page)).expires.focus();
  await tabTo(page, fold(editor(page), 'Limits'));
  await press(page, 'Enter', 'Tab');
  await expect(addresses).toBeFocused();
  await page.keyboard.type('2001:db8::/32');
  await press(page, 'Tab');
  await expect(verifications).toBeFocused();
  await page.keyboard.type('5');
  await press(page, 'Tab');
  await expect(seconds).toBeFocused();
  await page.keyboard.type('1');
  await press(page, 'Enter');
  await expect(editor(page)).toBeHidden();
  await choose(page, 'Nightly backup', 'Edit');
  await expectLimits(page, { allowed_addresses: '2001:db8::/32', rate_requests: '5', rate_seconds: '1' });
});

test('the table says when a token ends and how it stands', async ({ page }) => {
  await make(page, { name: 'Deploy bot' });
  await make(page, { name: 'Nightly backup', limits: { expires_at: '2099-02-21' } });
  await make(page, { name: 'Status page', limits: { expires_at: soon(3) } });
  await visitTokens(page);
  for (const name of ['Last used', 'Expires', 'Status']) await expect(page.getByRole('columnheader', { name })).toBeVisible();
  const cell = (name: string, text: string) => row(page, name).getByRole('cell', { name: text, exact: true });
  await expect(cell('Deploy bot', 'Never')).toBeVisible();
  await expect(cell('Deploy bot', 'Active')).toBeVisible();
  await expect(cell('Nightly backup', '21 Feb 2099').getByText('21 Feb 2099')).toHaveAttribute('title', 'the end of 21 Feb 2099, UTC');
  await expect(cell('Nightly backup', 'Active')).toBeVisible();
  await expect(cell('Status page', 'Expiring soon')).toBeVisible();
});

test('in a narrow window the dots stay in sight', async ({ page }) => {
  await page.setViewportSize({ width: 800, height: 720 });
  await make(page, { name: 'Deploy bot', limits: { expires_at: soon(3) }, permissions: ['projects:read', 'tokenry.tokens:verify'] });
  await visitTokens(page);
  const dots = page.getByRole('button', { name: 'Actions for Deploy bot' });
  await expect(dots).toBeInViewport({ ratio: 0.9 });
  await dots.click();
  await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeInViewport({ ratio: 0.9 });
});

test('Tokenry’s own permissions are for admins, and no preset chooses them', async ({ page, as }) => {
  await openNew(page);
  const own = choice(creator(page), 'Tokenry’s tokens', 'Verify');
  const sentence = creator(page).getByText('This token will be able to');
  await expect(own).toBeHidden();
  await toggle(creator(page), 'Tokenry API');
  for (const preset of ['Everything', 'Read only']) {
    await creator(page).getByRole('button', { name: preset }).click();
    await expect(own).not.toBeChecked();
    await expect(choice(creator(page), 'Tokenry’s audit log', 'Read')).not.toBeChecked();
  }
  await own.check();
  await creator(page).getByRole('button', { name: 'Read only' }).click();
  await expect(own, 'left alone').toBeChecked();
  await creator(page).getByRole('button', { name: 'Nothing' }).click();
  await expect(own).not.toBeChecked();
  await own.check();
  await expect(sentence).toHaveText('This token will be able to verify Tokenry’s tokens, and nothing else.');

  const ines = await as('ines', 'member');
  await openNew(ines);
  await expect(choice(creator(ines), 'Projects', 'Read')).toBeVisible();
  await expect(creator(ines).getByText('Tokenry API')).toHaveCount(0);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('limits are set, refused, corrected and taken away', async ({ page, complaints }) => {
    complaints.expectStatus(422);
    await page.goto('/settings/tokens/new');
    await toggle(creator(page), 'Limits');
    await fill(creator(page), { name: 'Nightly backup', permissions: ['Projects Read'] });
    await fillIn(page, { ...LIMITS, allowed_addresses: '10.0.0.0/33', rate_requests: 'many' });
    await send(page);
    const { expires, addresses, verifications } = limitsIn(creator(page));
    await expect(addresses).toHaveAccessibleDescription(NO_RANGE);
    await expect(addresses).toHaveValue('10.0.0.0/33');
    await expect(verifications).toHaveAccessibleDescription(NO_RATE);
    await expect(verifications).toHaveValue('many');
    await expect(expires).toHaveValue('2099-02-21');
    await fillIn(page, LIMITS);
    await send(page);
    await expect(prompt(page, '“Nightly backup” is ready')).toBeVisible();

    await openTokens(page);
    await choose(page, 'Nightly backup', 'Edit');
    await expectLimits(page, { ...LIMITS, allowed_addresses: '10.0.0.0/8\n203.0.113.9' });
    await fillIn(page, {});
    await save(page);
    await expect(row(page, 'Nightly backup')).toContainText('Never');
    await choose(page, 'Nightly backup', 'Edit');
    await expect(limitsIn(editor(page)).addresses).toBeHidden();
  });
});
