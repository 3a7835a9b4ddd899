// The size of what a browser downloads before the console is ready, compressed as it is sent.
import { get, type IncomingHttpHeaders } from 'node:http';
import { expect, test } from '../fixtures.ts';
import { createButton, prompt, visitTokens } from '../steps/tokens.ts';
import { asksFor } from '../steps/watch.ts';

const LIMIT = 240_000;
/** The code that Settings > Tokens needs first. */
const FIRST = ['/pkg/tokenry.wasm', '/pkg/tokenry.js'];
/** Loads the second piece; not every build has it as a file of its own. */
const LOADER = '/pkg/__wasm_split.______________________.js';
/** The piece with all other pages. */
const SECOND = '/pkg/split_pages.wasm';
const FILES = [...FIRST, SECOND];

type Answer = { status: number; headers: IncomingHttpHeaders; bytes: number };

/** Fetches without decompressing, to count the bytes as they are sent. */
function fetchRaw(url: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes }));
    }).on('error', reject);
  });
}

/** The size of a file as browsers request it: in brotli. */
async function size(url: string, file: string): Promise<number> {
  const answer = await fetchRaw(url + file, { 'accept-encoding': 'gzip, br' });
  expect(answer.status, file).toBe(200);
  expect(answer.headers['content-encoding'], file).toBe('br');
  test.info().annotations.push({ type: 'size', description: `${file}: ${answer.bytes} bytes` });
  return answer.bytes;
}

test('WASM and JavaScript of the first page are under 240 kB in brotli', async ({ server }) => {
  const { status } = await fetchRaw(server.url + LOADER, {});
  const first = status === 404 ? FIRST : [...FIRST, LOADER];
  let total = 0;
  for (const file of first) total += await size(server.url, file);
  expect(total).toBeLessThan(LIMIT);
  await size(server.url, SECOND);
});

test('the list is ready with what is counted, and a prompt is there before the second piece', async ({ page, server }) => {
  const { status } = await fetchRaw(server.url + LOADER, {});
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(`**${SECOND}`, async (route) => {
    await released;
    await route.continue();
  });
  const asked = asksFor(page);
  await visitTokens(page);
  const code = new Set(asked.filter((path) => /\.(js|wasm)$/.test(path) && path !== SECOND));
  expect([...code].sort()).toEqual((status === 404 ? FIRST : [...FIRST, LOADER]).sort());

  await createButton(page).click();
  await expect(prompt(page, 'Create token').getByRole('status')).toHaveText('Loading…');
  await expect(page).toHaveTitle('Create token · Tokenry');
  release();
  await expect(prompt(page, 'Create token').getByLabel('Name')).toBeFocused();
});

test('a file that a browser has already is not sent again', async ({ server }) => {
  for (const file of [...FILES, '/pkg/tokenry.css']) {
    const first = await fetchRaw(server.url + file, { 'accept-encoding': 'br' });
    const { etag } = first.headers;
    expect(etag, file).toMatch(/^(W\/)?".+"$/);
    const second = await fetchRaw(server.url + file, { 'accept-encoding': 'br', 'if-none-match': etag ?? '' });
    expect(second.status, file).toBe(304);
    expect(second.bytes, file).toBe(0);
    const stale = await fetchRaw(server.url + file, { 'accept-encoding': 'br', 'if-none-match': '"another"' });
    expect(stale.status, file).toBe(200);
  }
});

test('a browser that knows no brotli gets what it can read', async ({ server }) => {
  for (const file of FILES) {
    const answer = await fetchRaw(server.url + file, { 'accept-encoding': 'identity' });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-encoding'], file).toBeUndefined();
  }
});
