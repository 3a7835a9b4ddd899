// The audit log: who did what, when and from where; with filters, page by page, and as a file.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { ADA, FROM_HERE, about, named, tab, visitPeople } from '../steps/people.ts';
import { address, ready, choose, make, prompt, row, settled, visitTokens } from '../steps/tokens.ts';

const INES = named('ines');
const filter = (page: Page) => page.getByRole('search', { name: 'Filter' });
const lines = (page: Page) => page.getByRole('rowheader');
const turn = (page: Page, to: 'Older' | 'Newest') => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: to });
const NOTHING = 'No matching events';

/** Today, or so many days from today, in UTC like the days of the log. */
function day(offset = 0): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}

async function visitAudit(page: Page, search = ''): Promise<void> {
  await page.goto(`/settings/audit${search}`);
  await expect(page.getByRole('heading', { name: 'Audit log' })).toBeVisible();
  await settled(page);
}

async function narrow(page: Page): Promise<void> {
  await filter(page).getByRole('button', { name: 'Filter' }).click();
}

/** The URL has this value of a filter; an empty value is the same as none. */
async function isAskedFor(page: Page, name: string, value: string): Promise<void> {
  await expect(page).toHaveURL((url) => (url.searchParams.get(name) ?? '') === value);
}

/** A person as the log names them: the address tells two people of the same name apart. */
function inFull({ name, email }: { name: string; email: string }): string {
  return `${name} ${email}`;
}

/** Exactly one line says who did what, and from where. */
async function isTold(page: Page, who: string, what: string, from: string): Promise<void> {
  const line = page
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name: who, exact: true }) })
    .filter({ has: page.getByRole('cell', { name: what }) })
    .filter({ has: page.getByRole('cell', { name: from, exact: true }) });
  await expect(line, `${who}: ${what}, from ${from}`).toHaveCount(1);
}

test('what was done is told with who, what and from where', async ({ page, server, as, elsewhere, complaints }) => {
  complaints.expectStatus(403);
  await server.stop();
  await server.start('--trusted-proxy', '127.0.0.1');
  const ines = await as('ines', 'member', { extraHTTPHeaders: { 'x-forwarded-for': '192.0.2.7' } });
  const stranger = await elsewhere({ extraHTTPHeaders: { 'x-forwarded-for': '192.0.2.8' } });
  await stranger.request.post('/sign-in', { headers: FROM_HERE, form: { email: INES.email, password: 'eighteen orange cattle' } });
  await make(ines, { name: 'Deploy bot' });
  await ines.goto('/settings/people');
  await visitTokens(page);
  await choose(page, 'Deploy bot', 'Edit');
  await prompt(page, 'Edit token').getByLabel('Description').fill('Ships every merge');
  await prompt(page, 'Edit token').getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Deploy bot')).toContainText('Ships every merge');
  await choose(page, 'Deploy bot', 'Transfer');
  await prompt(page, 'Transfer token').getByLabel('New owner').selectOption(ADA.name);
  await prompt(page, 'Transfer token').getByRole('button', { name: 'Transfer' }).click();
  await expect(page.getByRole('status').filter({ hasText: `The token was transferred to ${ADA.name}.` })).toBeVisible();

  await tab(page, 'Audit log').click();
  await isTold(page, 'The operator', `Added person ${INES.name}`, 'command line');
  await isTold(page, inFull(INES), 'Signed in', '192.0.2.7');
  await isTold(page, 'Nobody signed in', `Failed to sign in ${INES.name}`, '192.0.2.8');
  await isTold(page, inFull(INES), 'Created token Deploy bot', '192.0.2.7');
  await isTold(page, inFull(INES), 'Denied Wanted to see people', '192.0.2.7');
  await isTold(page, inFull(ADA), 'Edited token Deploy bot Description: nothing → Ships every merge', '127.0.0.1');
  await isTold(page, inFull(ADA), 'Transferred token Deploy bot From Ines Okafor to Ada Moreau', '127.0.0.1');
  await expect(page.getByText('eighteen orange cattle'), 'what was typed is not kept').toBeHidden();
});

test('a line is found by the request that a client was given', async ({ page }) => {
  const answer = await page.request.post('/settings/tokens/new', { headers: FROM_HERE, form: { name: 'Deploy bot', permissions: 'projects:read' } });
  const id = answer.headers()['x-request-id'] ?? '';
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  await visitAudit(page);
  await expect(page.getByRole('row').filter({ hasText: id })).toContainText('Created token Deploy bot');
});

test('the log is narrowed down by what was done, by day and by address', async ({ page }) => {
  await make(page, { name: 'Deploy bot' });
  await visitAudit(page);
  await ready(page);
  const all = await lines(page).count();
  expect(all).toBeGreaterThan(3);
  await filter(page).getByLabel('What').selectOption('Created token');
  await narrow(page);
  await expect(lines(page)).toHaveCount(1);
  await expect(page.getByRole('row').filter({ hasText: 'Created token Deploy bot' })).toBeVisible();
  await expect(page).toHaveURL((url) => url.searchParams.get('kind') === 'token.created');
  await expect(filter(page).getByRole('combobox', { name: 'What' }), 'the form remembers').toHaveValue('token.created');

  const chips = page.getByRole('list', { name: 'Active filters' }).getByRole('link');
  await expect(chips).toHaveText('Created token ×');
  await page.getByRole('link', { name: 'Remove filter Created token' }).click();
  await expect(page).toHaveURL('/settings/audit');
  await expect(chips).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Audit log' }), 'the focus is not lost with the chip').toBeFocused();
  await page.goBack();

  await filter(page).getByRole('link', { name: 'Clear' }).click();
  await expect(page).toHaveURL('/settings/audit');
  await expect(lines(page)).toHaveCount(all);
  await expect(filter(page).getByRole('link', { name: 'Clear' }), 'there is nothing to clear').toBeHidden();

  await filter(page).getByLabel('Address').fill('command line');
  await narrow(page);
  await isAskedFor(page, 'address', 'command line');
  await expect(page.getByRole('row').filter({ hasText: 'Created token' })).toBeHidden();
  await expect(page.getByRole('cell', { name: 'The operator' })).toHaveCount(await lines(page).count());
  await expect(page.getByRole('row').filter({ hasText: `Added person ${ADA.name}` })).toBeVisible();
  await filter(page).getByRole('link', { name: 'Clear' }).click();
  await expect(page).toHaveURL('/settings/audit');
  await expect(filter(page).getByLabel('Address')).toHaveValue('');

  for (const [from, to, count] of [[day(), day(), all], [day(-7), day(), all], ['', day(-2), 0], [day(2), '', 0]] as const) {
    await filter(page).getByLabel('From').fill(from);
    await isAskedFor(page, 'from', from);
    await filter(page).getByLabel('To', { exact: true }).fill(to);
    await isAskedFor(page, 'to', to);
    await narrow(page);
    await expect(lines(page), `${from} to ${to}`).toHaveCount(count);
    await expect(filter(page).getByLabel('From')).toHaveValue(from);
    await expect(filter(page).getByLabel('To', { exact: true })).toHaveValue(to);
  }
});

test('View activity shows what one person did and what was done to them', async ({ page, as }) => {
  await make(page, { name: 'Nightly backup' });
  await make(await as('ines', 'member'), { name: 'Deploy bot' });
  await visitPeople(page);
  await about(page, INES, 'View activity');
  await expect(filter(page).getByLabel('Who')).toHaveValue(/^[0-9a-f-]{36}$/);
  await expect(filter(page).getByLabel('Who').getByRole('option', { selected: true })).toHaveText(INES.name);
  await expect(lines(page)).toHaveCount(3);
  await isTold(page, 'The operator', `Added person ${INES.name}`, 'command line');
  await isTold(page, inFull(INES), 'Signed in', '127.0.0.1');
  await isTold(page, inFull(INES), 'Created token Deploy bot', '127.0.0.1');

  await filter(page).getByLabel('What').selectOption('Created token');
  await narrow(page);
  await expect(lines(page), 'the person stays').toHaveCount(1);
  await isTold(page, inFull(INES), 'Created token Deploy bot', '127.0.0.1');
});

test('the log follows what is chosen, typed and cleared, without a button', async ({ page, as }) => {
  await make(page, { name: 'Nightly backup' });
  await make(await as('ines', 'member'), { name: 'Deploy bot' });
  await visitAudit(page);
  await ready(page);
  await expect(filter(page).getByLabel('What').locator('optgroup[label="Tokens"]')).toHaveCount(1);
  await filter(page).getByLabel('What').selectOption('Created token');
  await expect(lines(page)).toHaveCount(2);
  await filter(page).getByLabel('Who').selectOption(INES.name);
  await expect(lines(page)).toHaveCount(1);
  await filter(page).getByLabel('Address').fill('192.0.2.99');
  await expect(page.getByText(NOTHING)).toBeVisible();
  await filter(page).getByRole('link', { name: 'Clear' }).click();
  await expect(page).toHaveURL('/settings/audit');
  await expect(filter(page).getByLabel('Address')).toHaveValue('');
  await expect(filter(page).getByLabel('Who')).toHaveValue('');
});

test('what was done to one token is found by its address', async ({ page }) => {
  await make(page, { name: 'Nightly backup' });
  await make(page, { name: 'Deploy bot' });
  await visitTokens(page);
  const id = (await address(page, 'Deploy bot', 'Edit')).split('/')[3] ?? '';
  await visitAudit(page, `?token=${id}`);
  await expect(filter(page).getByLabel('Token')).toHaveValue(id);
  await expect(lines(page)).toHaveCount(1);
  await expect(page.getByRole('row').filter({ hasText: 'Created token Deploy bot' })).toBeVisible();
});

test('fifty lines are a page, and older ones are on the next', async ({ page }) => {
  for (let n = 1; n <= 53; n += 1) await make(page, { name: `Key ${n}` });
  await visitAudit(page, '?kind=token.created');
  await ready(page);
  await expect(lines(page)).toHaveCount(50);
  await expect(page.getByRole('row').nth(1)).toContainText('Created token Key 53');
  await expect(turn(page, 'Newest')).toBeHidden();
  await turn(page, 'Older').click();
  await expect(lines(page)).toHaveCount(3);
  await expect(page.getByRole('row').last()).toContainText('Created token Key 1');
  await expect(page).toHaveURL((url) => url.searchParams.get('kind') === 'token.created' && url.searchParams.has('before'));
  await expect(turn(page, 'Older')).toBeHidden();
  await page.reload();
  await expect(lines(page)).toHaveCount(3);
  await turn(page, 'Newest').click();
  await expect(lines(page)).toHaveCount(50);
  await expect(page).toHaveURL('/settings/audit?kind=token.created');
  await page.goBack();
  await expect(lines(page)).toHaveCount(3);
});

test('the log is exported as a table, in which nothing is a formula', async ({ page }) => {
  await make(page, { name: '=HYPERLINK("http://evil.example")' });
  await make(page, { name: 'Deploy, "the" bot' });
  await visitAudit(page);
  await ready(page);
  const save = async () => {
    const arriving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const file = await arriving;
    expect(file.suggestedFilename()).toBe('tokenry-audit.csv');
    return readFileSync(await file.path(), 'utf8');
  };
  const everything = await save();
  expect(everything).toMatch(/^\uFEFFid,time,kind,actor,actor_email,actor_id,target,token_id,person_id,address,request_id,details\r\n/);
  expect(everything).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
  expect(everything).toContain('"Deploy, ""the"" bot"');
  expect(everything).toContain('session.signed_in');
  expect(everything.match(/(^|[\r\n,]|,")[=+@-]/), 'no cell begins like a formula').toBeNull();

  await page.reload();
  await ready(page);
  await expect(page.getByRole('row').nth(1)).toContainText('Exported the audit log');
  await filter(page).getByLabel('What').selectOption('Created token');
  await narrow(page);
  await expect(lines(page)).toHaveCount(2);
  const created = await save();
  expect(created.trim().split('\r\n'), 'as it is narrowed down').toHaveLength(3);
  expect(created).not.toContain('session.signed_in');
});

test('a filter that nothing fits is said, and cleared', async ({ page, accessible, validHtml }) => {
  await visitAudit(page, '?kind=catalogue.replaced&address=192.0.2.99');
  await ready(page);
  await expect(page.getByText(NOTHING)).toBeVisible();
  await accessible(page);
  await validHtml('/settings/audit?kind=catalogue.replaced&address=192.0.2.99');
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL('/settings/audit');
  await expect(lines(page).first()).toBeVisible();
});

test('a damaged filter says what is wrong with it', async ({ page, accessible, validHtml, complaints }) => {
  complaints.expectStatus(400, 422);
  const damaged = [
    ['?kind=nonsense', 'There is no such kind of event.', 'Clear filters'],
    ['?before=last', 'This link to a page of the log is damaged.', 'Clear filters'],
    ['?kind=refused&kind=refused', 'This request could not be understood.', 'Clear filters'],
  ] as const;
  for (const [search, sentence, wayOn] of damaged) {
    const answer = await page.goto(`/settings/audit${search}`);
    expect(answer?.status(), search).toBeGreaterThanOrEqual(400);
    await expect(page.getByText(sentence), search).toBeVisible();
    await accessible(page);
    await validHtml(`/settings/audit${search}`);
    await page.getByRole('link', { name: wayOn }).click();
    await expect(page).toHaveURL((url) => url.search === '');
  }
});

test('a day that is none says how days are written', async ({ page, complaints }) => {
  complaints.expectStatus(422);
  for (const search of ['?from=yesterday', '?to=2026-02-30']) {
    expect((await page.goto(`/settings/audit${search}`))?.status()).toBe(422);
    await expect(page.getByText('Write days as 2026-11-23.')).toBeVisible();
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await expect(lines(page).first()).toBeVisible();
  }
});

test('a person who is nobody is told once', async ({ page, complaints }) => {
  complaints.expectStatus(404);
  expect((await page.goto('/settings/audit?person=7'))?.status()).toBe(404);
  await expect(page.getByText('There is no such person.')).toHaveCount(1);
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(lines(page).first()).toBeVisible();
});

test('nothing of the log can be changed on its page', async ({ page }) => {
  await visitAudit(page);
  await ready(page);
  await expect(page.getByRole('main').getByRole('button')).toHaveText(['Export CSV', 'Filter']);
  await expect(page.getByRole('table').getByRole('button')).toHaveCount(0);
  await expect(page.getByRole('table').getByRole('link')).toHaveCount(0);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the log is read, narrowed down and exported', async ({ page }) => {
    await make(page, { name: 'Deploy bot' });
    await page.goto('/settings/tokens');
    await tab(page, 'Audit log').click();
    await isTold(page, inFull(ADA), 'Created token Deploy bot', '127.0.0.1');
    await filter(page).getByLabel('What').selectOption('Signed in');
    await narrow(page);
    await expect(lines(page)).toHaveCount(1);
    const arriving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    expect((await arriving).suggestedFilename()).toBe('tokenry-audit.csv');
  });
});
