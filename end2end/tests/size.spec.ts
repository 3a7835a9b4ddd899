// What a browser downloads before the console is ready, as it travels.
import { get, type IncomingHttpHeaders } from 'node:http';
import { expect, test } from '../fixtures.ts';

const LIMIT = 220_000;
const FILES = ['/pkg/tokenry.wasm', '/pkg/tokenry.js'];

type Answer = { status: number; headers: IncomingHttpHeaders; bytes: number };

/** Fetches without unpacking anything. */
function fetchRaw(url: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes }));
    }).on('error', reject);
  });
}

test('WASM and JavaScript are under 220 kB in brotli', async ({ server }) => {
  let total = 0;
  for (const file of FILES) {
    const answer = await fetchRaw(server.url + file, { 'accept-encoding': 'gzip, br' });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-encoding'], file).toBe('br');
    test.info().annotations.push({ type: 'size', description: `${file}: ${answer.bytes} bytes` });
    total += answer.bytes;
  }
  expect(total).toBeLessThan(LIMIT);
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
