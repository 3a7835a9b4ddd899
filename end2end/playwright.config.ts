// Every test drives the release binary in a real browser, with its own server and database.
import { defineConfig } from '@playwright/test';
import type { WorkerOptions } from './fixtures.ts';

const chromium = process.env.TOKENRY_CHROMIUM;
// These flags keep Chromium from calling home. As root, as in a container, it has no sandbox: see `args` below.
const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export default defineConfig<object, WorkerOptions>({
  testDir: 'tests',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: process.env.TOKENRY_WORKERS ? Number(process.env.TOKENRY_WORKERS) : 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./reporter.ts']],
  projects: [
    { name: 'sqlite' },
    // What the guide describes, and how tokens are found, on the other engine.
    { name: 'postgres', testMatch: ['user_guide.spec.ts', 'find.spec.ts'], use: { engine: 'postgres' } },
  ],
  use: {
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...quiet],
    },
    viewport: { width: 1280, height: 800 },
    // The same time zone wherever the tests run; tests of local time choose their own.
    timezoneId: 'UTC',
    actionTimeout: 10_000,
    // A trace doubles the time of a run; `--trace on` records one on demand.
    screenshot: 'only-on-failure',
  },
});
