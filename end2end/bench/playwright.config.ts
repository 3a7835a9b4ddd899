// What the browser side costs: printed by `make bench`, asserted by nothing.
import base from '../playwright.config.ts';
import { defineConfig } from '@playwright/test';

export default defineConfig(base, { testDir: '.', testMatch: '*.bench.ts', workers: 1, timeout: 300_000, reporter: 'line' });
