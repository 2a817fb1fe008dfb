// What browser tests need: a program with an empty installation, the pages' faults, pictures. Never fakes an answer of the
// server.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, type Page } from '@playwright/test';

export const SCREENSHOTS = join(import.meta.dirname, '..', 'screenshots');
const PROGRAM = process.env.ZAITON_PROGRAM ?? join(import.meta.dirname, '..', '..', 'target', 'debug', 'zaiton');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A program that serves an installation of its own. */
export interface Served {
  address: string;
  password: string;
  stop: () => Promise<void>;
}

/** Starts the program on an empty installation; address and first password are what it prints. */
export async function serve(): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'zaiton-browser-'));
  const child: ChildProcess = spawn(PROGRAM, ['--data', folder, 'serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  if (!child.stdout) throw new Error('the program says nothing');
  let address: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    address = /^Zaiton serves on (http:\S+)$/.exec(line)?.[1] ?? address;
    const password = /^sign in as admin with (\S+) /.exec(line)?.[1];
    if (address !== undefined && password !== undefined) return { address, password, stop };
  }
  await stop();
  throw new Error(`${PROGRAM} did not start`);
}

export type Language = 'zh-CN' | 'en';
export type Shade = 'light' | 'dark';
export const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];
export const SHADES: readonly Shade[] = ['light', 'dark'];

/** Chooses language and theme as the console keeps them. */
export async function choose(page: Page, language: Language, shade: Shade): Promise<void> {
  await page.evaluate(
    ([chosen, theme]) => {
      localStorage.setItem('zaiton.language', chosen);
      localStorage.setItem('zaiton.theme', theme);
    },
    [language, shade] as const,
  );
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', language);
  await expect(page.locator('html')).toHaveAttribute('data-shade', shade);
}

/** Fails with what axe finds on the page as it stands. */
export async function accessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (root: Document) => Promise<{ violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe;
    const { violations } = await run.run(document);
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join(' | ')}`);
  });
  expect(found, what).toEqual([]);
}

/** A picture of the page, and what stands out of its width. */
export async function picture(page: Page, name: string, fullPage = false): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage });
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(beyond, `${name} stands out of its width`).toBeLessThanOrEqual(0);
}

/** Gathers what the page does wrong by itself: scripts that break, and what its policy refuses. */
export function faults(page: Page): string[] {
  const all: string[] = [];
  page.on('pageerror', (error) => all.push(error.message));
  page.on('console', (message) => {
    // The browser tells each answer of 4xx; those are asked for on purpose.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) all.push(message.text());
    if (message.type() === 'warning' && message.text().includes('antd')) all.push(message.text());
  });
  return all;
}
