// How the console is tested in a browser: Debian's Chromium, the debug program with an empty installation or the demo, and the gallery from
// the development server. Downloads no browser, and never speaks to an installation that holds anything.
import { defineConfig } from '@playwright/test';

const gallery = 'http://127.0.0.1:5199';

export default defineConfig({
  testDir: 'browser',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  globalSetup: './browser/demo.ts',
  globalTeardown: './browser/contents.ts',
  expect: { timeout: 10_000 },
  use: {
    viewport: { width: 1280, height: 800 },
    timezoneId: 'Asia/Shanghai',
    locale: 'zh-CN',
    launchOptions: { executablePath: process.env.ZAITON_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
  },
  projects: [
    { name: 'console', testIgnore: 'gallery.spec.ts' },
    { name: 'gallery', testMatch: 'gallery.spec.ts', use: { baseURL: gallery } },
  ],
  webServer: { command: 'npx vite --port 5199 --strictPort', url: gallery, reuseExistingServer: false },
});
