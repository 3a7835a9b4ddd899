// Fixtures of every test: a server of its own (the release binary, a new database with one admin, Ada), a browser in
// which Ada is signed in, a check that the browser logged no errors, and checks for accessibility and valid HTML.
import { test as base, expect, type APIResponse, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test';
import axe from 'axe-core';
import { HtmlValidate } from 'html-validate';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Postgres } from './postgres.ts';
import { LOOKS, expectNothingScrollsSideways, type Device } from './steps/looks.ts';
import { ADA, PASSWORD, named, signInWithout, type Guest, type Role } from './steps/people.ts';

export { expect };

const BINARY = process.env.TOKENRY_BINARY ?? 'tokenry';
const MAKE_ANEW_AFTER_MS = 10 * 60 * 1_000;
const ENVIRONMENT = { PATH: process.env.PATH, NO_COLOR: '1' };

export class Server {
  readonly home = mkdtempSync(join(tmpdir(), 'tokenry-'));
  private database: string;
  private process: ChildProcess | undefined;
  /** Log output since the last start. */
  said = '';
  url = '';

  /** With SQLite in a file, or else with this PostgreSQL. */
  constructor(private readonly postgres?: Postgres) {
    this.database = postgres?.create() ?? `sqlite:${join(this.home, 'tokenry.db')}`;
  }

  /** Copies the data of another server, which must be stopped. */
  furnishLike(other: Server): void {
    if (this.postgres) this.database = this.postgres.create(other.database);
    else cpSync(other.home, this.home, { recursive: true });
  }

  /** Starts on a free port, or on the port of the previous run. */
  async start(...args: string[]): Promise<void> {
    await this.run('serve', '--database', this.database, ...args);
  }

  /** Starts `tokenry demo`, which uses a database of its own. */
  async demonstrate(): Promise<void> {
    await this.run('demo');
  }

  private async run(command: string, ...args: string[]): Promise<void> {
    const port = this.url ? new URL(this.url).port : '0';
    const child = spawn(BINARY, [command, '--listen', `127.0.0.1:${port}`, ...args], {
      env: ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process = child;
    this.said = '';
    this.url = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        this.said += chunk.toString();
        const ready = /ready at (http:\/\/[^\s\u001b]+)/.exec(this.said);
        // The assets are logged last, after the set-up link.
        if (ready?.[1] && this.said.includes('serving /')) resolve(ready[1]);
      });
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`the server stopped with ${code}: ${this.said}`)));
    });
  }

  /** The set-up links that this run has printed. */
  setupLinks(): string[] {
    return this.said.match(/http:\/\/\S+\/setup\?code=\w+/g) ?? [];
  }

  /** Runs a command such as `person list` on the same database, and returns its output. */
  command(words: string[], input = ''): string {
    const done = execFileSync(BINARY, [...words, '--database', this.database], { env: ENVIRONMENT, input, stdio: 'pipe' });
    return done.toString();
  }

  /** Adds a person who can sign in at once, with the password that all test people share. */
  add({ name, email }: Guest, role: Role): void {
    this.command(['person', 'add', '--email', email, '--name', name, '--role', role, '--password-stdin'], `${PASSWORD}\n`);
  }

  /** Stops the server and waits for its exit. */
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

/** Errors and warnings on the browser console, and uncaught errors. */
export class Complaints {
  private readonly heard: string[] = [];
  private expected: RegExp[] = [];

  /** Listens to every page of a browser, including pages that it opens later. */
  listenTo(context: BrowserContext): void {
    context.on('page', (page) => this.listen(page));
  }

  private listen(page: Page): void {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.heard.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.heard.push(`uncaught: ${error.message}`));
  }

  /** Browsers log every response of 400 and above as an error; a test that provokes one expects it here. */
  expectStatus(...statuses: number[]): void {
    this.expected.push(new RegExp(`the server responded with a status of (${statuses.join('|')}) `));
  }

  expect(text: RegExp): void {
    this.expected.push(text);
  }

  /** Expects the network errors of a server that goes away, including those of the open stream of changes. */
  expectOutage(): void {
    this.expect(/net::ERR_CONNECTION_(REFUSED|RESET|CLOSED|ABORTED)/);
    this.expect(/net::ERR_(SOCKET_NOT_CONNECTED|EMPTY_RESPONSE|CONTENT_LENGTH_MISMATCH|INCOMPLETE_CHUNKED_ENCODING)/);
  }

  all(): string[] {
    return this.heard.filter((text) => !this.expected.some((expected) => expected.test(text)));
  }
}

const html = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // The renderer's style of writing HTML, not errors in it.
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'doctype-style': 'off',
    'no-inline-style': 'error',
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'long-title': 'off',
    // Dialogs focus their first field by `autofocus`.
    'no-autofocus': 'off',
    // The checkboxes of the permissions share one name, and so do the buttons for selected rows.
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'submit'] }],
    // A secret is a `textbox` that wraps and that nobody types into.
    'prefer-native-element': ['error', { exclude: ['textbox'] }],
  },
});

export type Options = {
  /** How a test begins: Ada is signed in; Ada exists but is signed out; nobody exists; a demonstration. */
  begin: 'signed in' | 'signed out' | 'empty' | 'demo';
  /** Selects the looks that `usable` checks. */
  device: Device;
};

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/**
 * Prepared data for tests. Adding a person and signing in take a second of hashing, so both are done once and copied,
 * and redone often enough that the sign-in stays recent.
 */
export class Beginnings {
  private made = 0;
  private kept: { 'signed in': Server; 'signed out': Server } | undefined;
  private cookies: Cookies = [];

  constructor(
    private readonly browser: Browser,
    private readonly postgres?: Postgres,
  ) {}

  async of(begin: 'signed in' | 'signed out'): Promise<{ server: Server; cookies: Cookies }> {
    const kept = this.kept && Date.now() - this.made < MAKE_ANEW_AFTER_MS ? this.kept : await this.make();
    return { server: kept[begin], cookies: begin === 'signed in' ? this.cookies : [] };
  }

  private async make(): Promise<NonNullable<Beginnings['kept']>> {
    this.remove();
    const [signedIn, signedOut] = [new Server(this.postgres), new Server(this.postgres)];
    signedOut.add(ADA, 'admin');
    signedIn.furnishLike(signedOut);
    await signedIn.start();
    const context = await this.browser.newContext({ baseURL: signedIn.url });
    await signInWithout(context.request, ADA);
    this.cookies = await context.cookies();
    await context.close();
    await signedIn.stop();
    this.made = Date.now();
    this.kept = { 'signed in': signedIn, 'signed out': signedOut };
    return this.kept;
  }

  remove(): void {
    for (const server of Object.values(this.kept ?? {})) server.remove();
    this.kept = undefined;
  }
}

export type WorkerOptions = {
  /** The engine that keeps the data. */
  engine: 'sqlite' | 'postgres';
};

type WorkerFixtures = { postgres: Postgres | undefined; beginnings: Beginnings };

type Fixtures = {
  /** Ada’s cookies; empty unless she is signed in. */
  begun: { server?: Server; cookies: Cookies };
  server: Server;
  complaints: Complaints;
  /** A separate browser in which nobody is signed in, with the same `use` options as the test. */
  elsewhere: (options?: BrowserContextOptions) => Promise<Page>;
  /** A separate browser in which this person is signed in; `ines` is Ines Okafor, ines@example.com. */
  as: (who: string, role: Role, options?: BrowserContextOptions) => Promise<Page>;
  /** No accessibility violation on the page as it is now, by these rules of axe's or by all of them. */
  accessible: (page: Page, rules?: string[]) => Promise<void>;
  /** Like `accessible`, but in every look; and nothing is wider than the window. */
  usable: (page: Page) => Promise<void>;
  /** The HTML at this path is valid as the server sends it, to the person of `to` or else of the test. */
  validHtml: (path: string, to?: Page) => Promise<void>;
  /** Like `validHtml`, for the answer to a form, which must have this status. */
  validAnswer: (answer: APIResponse, status: number) => Promise<void>;
};

async function expectValid(text: string, what: string): Promise<void> {
  // The renderer marks places with `<!>`, which browsers parse as an empty comment.
  const report = await html.validateString(text.replaceAll('<!>', '<!---->'), what);
  const found = report.results.flatMap((r) => r.messages).map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
  expect(found, `HTML of ${what}`).toEqual([]);
}

export const test = base.extend<Fixtures & Options, WorkerFixtures & WorkerOptions>({
  begin: ['signed in', { option: true }],
  device: ['desk', { option: true }],
  engine: ['sqlite', { option: true, scope: 'worker' }],
  postgres: [
    async ({ engine }, use) => {
      const postgres = engine === 'postgres' ? new Postgres() : undefined;
      await postgres?.start();
      await use(postgres);
      await postgres?.stop();
    },
    { scope: 'worker' },
  ],
  beginnings: [
    async ({ browser, postgres }, use) => {
      const beginnings = new Beginnings(browser, postgres);
      await use(beginnings);
      beginnings.remove();
    },
    { scope: 'worker' },
  ],
  begun: async ({ beginnings, begin }, use) => {
    await use(begin === 'signed in' || begin === 'signed out' ? await beginnings.of(begin) : { cookies: [] });
  },
  server: async ({ begin, begun, postgres }, use) => {
    const server = new Server(postgres);
    if (begun.server) server.furnishLike(begun.server);
    await (begin === 'demo' ? server.demonstrate() : server.start());
    await use(server);
    await server.stop();
    server.remove();
  },
  baseURL: async ({ server }, use) => use(server.url),
  context: async ({ context, begun }, use) => {
    await context.addCookies(begun.cookies);
    await use(context);
  },
  // Requests share the cookies of the browser.
  request: async ({ context }, use) => use(context.request),
  complaints: [
    async ({ context, javaScriptEnabled }, use) => {
      const complaints = new Complaints();
      complaints.listenTo(context);
      // Pages preload the files of the application; without scripts nothing uses them.
      if (javaScriptEnabled === false) complaints.expect(/was preloaded using link preload but not used/);
      await use(complaints);
      expect(complaints.all(), 'the browser complained').toEqual([]);
    },
    { auto: true },
  ],
  elsewhere: async ({ browser, complaints }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      opened.push(context);
      complaints.listenTo(context);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },
  as: async ({ server, elsewhere }, use) => {
    const known = new Set<string>();
    await use(async (who, role, options) => {
      const guest = named(who);
      if (!known.has(guest.email)) server.add(guest, role);
      known.add(guest.email);
      const page = await elsewhere(options);
      await signInWithout(page.request, guest);
      return page;
    });
  },
  accessible: async ({}, use) => {
    await use(async (page, rules) => {
      // Animations must end first: something that is fading in has too little contrast.
      await page.evaluate(async () => {
        const passing = document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().endTime) < Infinity);
        await Promise.allSettled(passing.map((animation) => animation.finished));
      });
      // axe is half a megabyte of source; it stays in a page that is checked again.
      if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
      const found = await page.evaluate(async (runOnly) => {
        const { violations } = await (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'], ...(runOnly ? { runOnly } : {}) });
        return violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.html).join('\n  ')}`);
      }, rules);
      expect(found, 'accessibility').toEqual([]);
    });
  },
  usable: async ({ accessible, device }, use) => {
    await use(async (page) => {
      for (const { name, media, rules } of LOOKS[device]) {
        await test.step(name, async () => {
          await page.emulateMedia(media);
          await accessible(page, rules);
          await expectNothingScrollsSideways(page);
        });
      }
      await page.emulateMedia(LOOKS[device][0]?.media);
    });
  },
  validHtml: async ({ request }, use) => {
    await use(async (path, to) => {
      const answer = await (to?.request ?? request).get(path);
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
