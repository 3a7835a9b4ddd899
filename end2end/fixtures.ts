// What every test gets: a server of its own (the release binary, a new database), a page that notices every
// complaint of the browser, and checks for accessibility and for valid HTML.
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type APIResponse, type Page } from '@playwright/test';
import { HtmlValidate } from 'html-validate';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export { expect };

const BINARY = process.env.TOKENRY_BINARY ?? 'tokenry';

export class Server {
  readonly home = mkdtempSync(join(tmpdir(), 'tokenry-'));
  private process: ChildProcess | undefined;
  url = '';

  /** Starts on a free port, or on the one it had before. */
  async start(...args: string[]): Promise<void> {
    const port = this.url ? new URL(this.url).port : '0';
    const database = `sqlite:${join(this.home, 'tokenry.db')}`;
    const child = spawn(BINARY, ['serve', '--listen', `127.0.0.1:${port}`, '--database', database, ...args], {
      env: { PATH: process.env.PATH, NO_COLOR: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process = child;
    this.url = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const ready = /ready at (http:\/\/[^\s\u001b]+)/.exec(said);
        if (ready?.[1]) resolve(ready[1]);
      });
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`the server stopped with ${code}: ${said}`)));
    });
  }

  /** Ends it and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Complaints of the browser: errors on the console, warnings of hydration, uncaught errors. */
export class Complaints {
  private readonly heard: string[] = [];
  private expected: RegExp[] = [];

  listen(page: Page): void {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.heard.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.heard.push(`uncaught: ${error.message}`));
  }

  /** The browser reports every answer of 400 and above by itself; a test that provokes one says so. */
  expectStatus(...statuses: number[]): void {
    this.expected.push(new RegExp(`the server responded with a status of (${statuses.join('|')}) `));
  }

  expect(text: RegExp): void {
    this.expected.push(text);
  }

  all(): string[] {
    return this.heard.filter((text) => !this.expected.some((expected) => expected.test(text)));
  }
}

const html = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // How the renderer writes, not what it says.
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'doctype-style': 'off',
    'no-inline-style': 'error',
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'long-title': 'off',
    // The prompts are to be typed into at once: dialogs place the focus with it.
    'no-autofocus': 'off',
    // The permissions are one field with many boxes.
    'form-dup-name': ['error', { shared: ['radio', 'checkbox'] }],
    // A secret is a text box that nobody types into, and that wraps.
    'prefer-native-element': ['error', { exclude: ['textbox'] }],
  },
});

type Fixtures = {
  server: Server;
  complaints: Complaints;
  /** No violation on the page as it is now. */
  accessible: (page: Page) => Promise<void>;
  /** The HTML as the server sends it, without any script having touched it. */
  validHtml: (path: string) => Promise<void>;
  /** The same for the answer to a form, which is to have this status. */
  validAnswer: (answer: APIResponse, status: number) => Promise<void>;
};

async function expectValid(text: string, what: string): Promise<void> {
  // The renderer marks places with `<!>`; browsers read that as the empty comment it stands for.
  const report = await html.validateString(text.replaceAll('<!>', '<!---->'), what);
  const found = report.results.flatMap((r) => r.messages).map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
  expect(found, `HTML of ${what}`).toEqual([]);
}

export const test = base.extend<Fixtures>({
  server: async ({}, use) => {
    const server = new Server();
    await server.start();
    await use(server);
    await server.stop();
    server.remove();
  },
  baseURL: async ({ server }, use) => use(server.url),
  complaints: [
    async ({ context }, use) => {
      const complaints = new Complaints();
      context.on('page', (page) => complaints.listen(page));
      await use(complaints);
      expect(complaints.all(), 'the browser complained').toEqual([]);
    },
    { auto: true },
  ],
  accessible: async ({}, use) => {
    await use(async (page) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.html).join('\n  ')}`);
      expect(found, 'accessibility').toEqual([]);
    });
  },
  validHtml: async ({ request }, use) => {
    await use(async (path) => {
      const answer = await request.get(path);
      await expectValid(await answer.text(), path);
    });
  },
  validAnswer: async ({}, use) => {
    await use(async (answer, status) => {
      expect(answer.status()).toBe(status);
      expect(answer.headers()['content-type']).toMatch(/^text\/html/);
      await expectValid(await answer.text(), `the answer ${status}`);
    });
  },
});
