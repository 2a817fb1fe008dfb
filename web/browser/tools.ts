// What browser tests need: a program with an empty installation, the pages' faults, pictures. Never fakes an answer of the
// server.
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, type Page } from '@playwright/test';

export const SCREENSHOTS = join(import.meta.dirname, '..', 'screenshots');
export const PROGRAM = process.env.ZAITON_PROGRAM ?? join(import.meta.dirname, '..', '..', 'target', 'debug', 'zaiton');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A program that serves an installation of its own. */
export interface Served {
  address: string;
  password: string;
  stop: () => Promise<void>;
}

/** Starts the program on an empty installation; address and first password are what it prints. */
export async function serve(): Promise<Served> {
  const { address, password, stop } = await started(mkdtempSync(join(tmpdir(), 'zaiton-browser-')), true);
  return { address, password: password ?? '', stop };
}

/** A program that serves a demo of its own, with the passwords of those who may come in. */
export interface ServedDemo {
  address: string;
  token: string;
  passwords: { admin: string; second: string };
  stop: () => Promise<void>;
}

/** Starts the program on a copy of the demo that was loaded before the tests (`demo.ts`). */
export async function serveDemo(): Promise<ServedDemo> {
  const loaded = process.env.ZAITON_DEMO;
  if (loaded === undefined) throw new Error('no demo was loaded');
  const folder = mkdtempSync(join(tmpdir(), 'zaiton-browser-'));
  cpSync(loaded, folder, { recursive: true });
  const passwords = JSON.parse(readFileSync(join(folder, 'demo', 'sign-ins.json'), 'utf8')) as ServedDemo['passwords'];
  return { ...(await started(folder, false)), passwords };
}

/** Comes in by the sign-in page. */
export async function comeIn(page: Page, { address, passwords }: ServedDemo, login: 'admin' | 'second' = 'admin', path = '/o'): Promise<void> {
  await page.goto(`${address}/o/sign-in`);
  await page.getByRole('textbox').first().fill(login);
  await page.locator('input[type=password]').fill(passwords[login]);
  await page.locator('button[type=submit]').click();
  await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
  await page.goto(address + path);
}

async function started(folder: string, isNew: boolean): Promise<{ address: string; token: string; password: string | undefined; stop: () => Promise<void> }> {
  const child: ChildProcess = spawn(PROGRAM, ['--data', folder, 'serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  if (!child.stdout) throw new Error('the program says nothing');
  let address: string | undefined;
  let token: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    address = /^Zaiton serves on (http:\S+)$/.exec(line)?.[1] ?? address;
    const password = /^sign in as admin with (\S+) /.exec(line)?.[1];
    token = /^token: (\S+)$/.exec(line)?.[1] ?? token;
    if (address !== undefined && token !== undefined && (!isNew || password !== undefined)) return { address, token, password, stop };
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
