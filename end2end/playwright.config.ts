// Every test drives the release binary in a real browser, with a server and a database of its own.
import { defineConfig } from '@playwright/test';

const chromium = process.env.TOKENRY_CHROMIUM;
// As root, as in a container, Chromium has no sandbox to run in; it also need not call home.
const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: process.env.TOKENRY_WORKERS ? Number(process.env.TOKENRY_WORKERS) : 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./reporter.ts']],
  use: {
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...quiet],
    },
    viewport: { width: 1280, height: 800 },
    // Wherever the tests run; what the clock on the wall says is told beside it elsewhere.
    timezoneId: 'UTC',
    actionTimeout: 10_000,
    // Recording everything that happens takes as long again as what happens: `--trace on` does it on demand.
    screenshot: 'only-on-failure',
  },
});
