// Benchmarks of the browser side: `make bench` prints them, and nothing asserts them.
import base from '../playwright.config.ts';
import { defineConfig } from '@playwright/test';

export default defineConfig(base, { testDir: '.', testMatch: '*.bench.ts', workers: 1, timeout: 300_000, reporter: 'line' });
