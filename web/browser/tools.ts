// What browser tests need: a program with an empty installation, the pages' faults, pictures. Never fakes an answer of the
// server.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
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
  folder: string;
  password: string;
  stop: () => Promise<void>;
}

/** Starts the program on an empty installation; address and first password are what it prints. */
export async function serve(): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'zaiton-browser-'));
  const { address, password, stop } = await started(folder, true);
  return { address, folder, password: password ?? '', stop };
}

/** A program that serves a demo of its own, with the passwords of those who may come in. */
export interface ServedDemo {
  address: string;
  token: string;
  folder: string;
  passwords: Record<string, string>;
  /** Who came in already, by the cookie of its session: a code of the second factor is good once. */
  sessions: Map<string, string>;
  stop: () => Promise<void>;
}

/** Starts the program on a copy of the demo that was loaded before the tests (`demo.ts`). */
export async function serveDemo(): Promise<ServedDemo> {
  const loaded = process.env.ZAITON_DEMO;
  if (loaded === undefined) throw new Error('no demo was loaded');
  const folder = mkdtempSync(join(tmpdir(), 'zaiton-browser-'));
  cpSync(loaded, folder, { recursive: true });
  const people = JSON.parse(readFileSync(join(folder, 'demo', 'sign-ins.json'), 'utf8')) as { login: string; password: string }[];
  const passwords = Object.fromEntries(people.map(({ login, password }) => [login, password]));
  return { ...(await started(folder, false)), folder, passwords, sessions: new Map() };
}

/** The six digits that somebody's authenticator shows now. */
export function code(folder: string, login: string): string {
  return execFileSync(PROGRAM, ['--data', folder, 'admin', 'code', login], { encoding: 'utf8' }).trim();
}

/** The session of somebody: opened the first time that it is asked for. */
export async function session({ address, folder, passwords, sessions }: ServedDemo, login: string): Promise<string> {
  const known = sessions.get(login);
  if (known !== undefined) return known;
  const enter = (told: object) => fetch(`${address}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(told) });
  const password = passwords[login];
  let answer = await enter({ login, password });
  if (answer.status === 401) answer = await enter({ login, password, code: code(folder, login) });
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('zaiton_session='));
  if (cookie === undefined) throw new Error(`${login} does not come in: ${await answer.text()}`);
  const opened = cookie.split(';')[0]?.slice('zaiton_session='.length) ?? '';
  sessions.set(login, opened);
  return opened;
}

/** Comes in, and goes to a page. */
export async function comeIn(page: Page, served: ServedDemo, login = 'admin', path = '/o'): Promise<void> {
  const value = await session(served, login);
  await page.context().addCookies([{ name: 'zaiton_session', value, url: served.address, httpOnly: true, sameSite: 'Strict' }]);
  await page.goto(served.address + path);
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
