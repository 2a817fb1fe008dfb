// The console in a browser against the real program with an empty installation: coming in, wrong passwords, another password,
// languages, themes, pages without anything. Never fakes an answer of the server.
import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test, type Page } from '@playwright/test';
import { accessible, choose, code, faults, LANGUAGES, picture, serve, SHADES, type Served } from './tools';

test.describe.configure({ mode: 'serial' });

const NEXT = 'four-words-of-my-own';
let served: Served;
let password: string;
let recovery: string[] = [];

test.beforeAll(async () => {
  served = await serve();
  password = served.password;
});
test.afterAll(() => served.stop());

/** First loads stay below this, packed with gzip. */
const FIRST_LOAD = 400 * 1024;

/** The six digits that an authenticator makes of a secret now (RFC 6238). */
function totp(secret: string): string {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function english(page: Page) {
  await page.goto(`${served.address}/`);
  await expect(page).toHaveURL(/\/o\/sign-in$/);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

/** Comes in with a code: a recovery code, since those of an authenticator are good once. */
async function enterWithCode(page: Page) {
  await enter(page, 'admin', password);
  await page.getByLabel('Code', { exact: true }).fill(recovery.pop() ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function enter(page: Page, login: string, secret: string) {
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('the page is guarded, its assets are packed and kept for good', async ({ request }) => {
  const page = await request.get(`${served.address}/o/tasks`);
  const headers = page.headers();
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect([headers['x-content-type-options'], headers['referrer-policy']]).toEqual(['nosniff', 'same-origin']);
  const again = await request.get(`${served.address}/o`);
  const nonce = (text: string) => /nonce="([0-9a-f]{32})"/.exec(text)?.[1];
  const [one, other] = [nonce(await page.text()), nonce(await again.text())];
  expect(one).toBeDefined();
  expect(one).not.toBe(other);
  expect(headers['content-security-policy']).toContain(`'nonce-${String(one)}'`);

  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await again.text())?.[1] ?? '';
  const asset = await request.get(served.address + script, { headers: { 'accept-encoding': 'br' } });
  expect(asset.headers()).toMatchObject({ 'content-encoding': 'br', 'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'text/javascript; charset=utf-8' });
  const tag = asset.headers().etag ?? '';
  const known = await request.get(served.address + script, { headers: { 'accept-encoding': 'br', 'if-none-match': tag } });
  expect(known.status()).toBe(304);
  const plain = await request.get(served.address + script, { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers()['content-encoding']).toBeUndefined();
  expect(plain.headers().etag).not.toBe(tag);
  expect((await request.get(`${served.address}/assets/none.js`)).status()).toBe(404);
  expect((await request.get(`${served.address}/api/v1/none`)).status()).not.toBe(200);
  expect(await (await request.get(`${served.address}/healthz`)).text()).toBe('ok');
});

test('the sign-in page, in both languages and themes', async ({ page }) => {
  const wrong = faults(page);
  let size = 0;
  const bodies: Promise<void>[] = [];
  page.on('response', (response) => {
    bodies.push(
      response.body().then(
        (body) => {
          size += gzipSync(body).length;
        },
        () => undefined,
      ),
    );
  });
  await page.goto(`${served.address}/o`);
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await page.waitForLoadState('networkidle');
  await Promise.all(bodies);
  test.info().annotations.push({ type: 'first load', description: `${String(Math.round(size / 1024))} kB gzip` });
  process.stdout.write(`first load ${String(Math.round(size / 1024))} kB gzip\n`);
  expect(size).toBeLessThan(FIRST_LOAD);
  for (const language of LANGUAGES) {
    for (const shade of SHADES) {
      await choose(page, language, shade);
      await expect(page.locator('h1')).toBeVisible();
      await accessible(page, `sign-in ${language} ${shade}`);
      await picture(page, `sign-in-${language}-${shade}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('a wrong password is refused in both languages, and too many must wait', async ({ page }) => {
  const wrong = faults(page);
  await english(page);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Enter your login')).toBeVisible();
  await enter(page, 'admin', 'not this one');
  await expect(page.getByRole('alert').filter({ hasText: 'Login, password or code is wrong.' })).toContainText('Rule R5-01');
  await page.getByRole('button', { name: '简体中文' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '登录名、密码或验证码不正确。' })).toBeVisible();
  await accessible(page, 'wrong password');
  await picture(page, 'sign-in-wrong-zh-CN-light');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByLabel('Login')).toHaveValue('admin');
  for (let at = 0; at < 12; at += 1) {
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.getByRole('button', { name: 'Sign in' }).click(),
    ]);
    await expect(page.getByRole('alert').first()).toBeVisible();
    if (answer.status() === 429) break;
  }
  await expect(page.getByRole('timer')).toContainText('Try again in');
  await expect(page.getByRole('button', { name: /Try again in/ })).toBeDisabled();
  await picture(page, 'sign-in-wait-en-light');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled({ timeout: 20_000 });
  expect(wrong).toEqual([]);
});

test('the first password is to be changed', async ({ page }) => {
  const wrong = faults(page);
  await english(page);
  await enter(page, 'admin', password);
  await expect(page).toHaveURL(/\/o\/password$/);
  await expect(page.getByText('You still use the password that was made for you.')).toBeVisible();
  for (const language of LANGUAGES) {
    for (const shade of SHADES) {
      await choose(page, language, shade);
      await expect(page.locator('h1')).toBeVisible();
      await accessible(page, `password ${language} ${shade}`);
      await picture(page, `password-${language}-${shade}`);
    }
  }
  await choose(page, 'en', 'light');
  await page.goto(`${served.address}/o/security`);
  await expect(page.getByRole('link', { name: 'Change password' })).toBeVisible();
  await picture(page, 'security-must-change-en-light');
  await page.getByRole('link', { name: 'Change password' }).click();
  await page.getByLabel('Present password').fill(password);
  await page.getByLabel('New password', { exact: true }).fill('short');
  await page.getByLabel('New password again').fill('short');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('The new password is too short or too long.')).toBeVisible();
  await expect(page.getByLabel('Present password')).toHaveValue(password);
  await page.getByLabel('New password', { exact: true }).fill(NEXT);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('The two new passwords differ')).toBeVisible();
  await page.getByLabel('New password again').fill(NEXT);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page).toHaveURL(/\/o\/sign-in\?said=changed$/);
  await expect(page.getByText('The password is changed.')).toBeVisible();
  await enter(page, 'admin', password);
  await expect(page.getByText('Login, password or code is wrong.')).toBeVisible();
  await enter(page, 'admin', NEXT);
  password = NEXT;
  expect(wrong).toEqual([]);
});

test('nothing opens to an operator without a second factor', async ({ page }) => {
  const wrong = faults(page);
  await english(page);
  await enter(page, 'admin', password);
  await expect(page).toHaveURL(/\/o\/security$/);
  await page.goto(`${served.address}/o/tasks`);
  await expect(page).toHaveURL(/\/o\/security$/);
  await expect(page.getByText('People of the platform need a second factor')).toBeVisible();
  await page.getByRole('button', { name: 'Set up an authenticator' }).click();
  await expect(page.getByRole('img', { name: 'QR code for an authenticator' })).toBeVisible();
  await accessible(page, 'security scan');
  await picture(page, 'security-scan-en-light');
  await page.getByLabel('Six digits').fill('000000');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('Login, password or code is wrong.')).toBeVisible();
  const secret = (await page.locator('.z-scan .z-copy strong').first().innerText()).trim();
  await page.getByLabel('Six digits').fill(totp(secret));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('heading', { name: 'Recovery codes' })).toBeVisible();
  recovery = await page.locator('.z-codes code').allInnerTexts();
  expect(recovery).toHaveLength(10);
  await accessible(page, 'recovery codes');
  await picture(page, 'security-codes-en-light');
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await expect(page.getByText('This device')).toBeVisible();
  for (const language of LANGUAGES) {
    for (const shade of SHADES) {
      await choose(page, language, shade);
      await expect(page.locator('h1')).toBeVisible();
      await accessible(page, `security ${language} ${shade}`);
      await picture(page, `security-${language}-${shade}`);
    }
  }
  expect(code(served.folder, 'admin')).toMatch(/^\d{6}$/);
  expect(wrong).toEqual([]);
});

test('pages of an empty installation, in both languages and themes', async ({ page }) => {
  const wrong = faults(page);
  await page.goto(`${served.address}/o/tasks`);
  await expect(page).toHaveURL(/\/o\/sign-in\?to=/);
  await page.getByRole('button', { name: 'English' }).click();
  await enterWithCode(page);
  await expect(page).toHaveURL(/\/o\/tasks$/);
  const pages = [
    ['home', '/o', { 'zh-CN': '没有需要您处理的事', en: 'Nothing waits for you' }],
    ['tasks', '/o/tasks', { 'zh-CN': '没有待处理任务', en: 'No task waits' }],
    ['missing', '/o/nothing/here', { 'zh-CN': '没有这个页面', en: 'There is no such page' }],
  ] as const;
  for (const [name, path, says] of pages) {
    await page.goto(served.address + path);
    for (const language of LANGUAGES) {
      for (const shade of SHADES) {
        await choose(page, language, shade);
        await expect(page.getByText(says[language]).first()).toBeVisible();
        await page.waitForLoadState('networkidle');
        await accessible(page, `${name} ${language} ${shade}`);
        await picture(page, `${name}-${language}-${shade}`);
      }
    }
  }
  await choose(page, 'en', 'light');
  await page.setViewportSize({ width: 800, height: 1100 });
  await page.goto(`${served.address}/o`);
  await page.getByRole('button', { name: 'Open or close the navigation' }).click();
  await expect(page.getByRole('link', { name: 'Waiting tasks' })).toBeVisible();
  await accessible(page, 'tablet');
  await picture(page, 'home-tablet-en-light');
  expect(wrong).toEqual([]);
});

test('by keyboard alone: skip link, theme, going out', async ({ page }) => {
  const wrong = faults(page);
  await english(page);
  await page.getByLabel('Login').focus();
  await page.keyboard.type('admin');
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Code', { exact: true })).toBeFocused();
  await picture(page, 'sign-in-code-en-light');
  await page.keyboard.type(recovery.pop() ?? '');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Work queue' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Work queue' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await picture(page, 'skip-link-en-light');
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  await page.getByRole('button', { name: 'Theme' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-shade', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-shade', 'dark');
  await page.getByRole('button', { name: /Account/ }).press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
  await accessible(page, 'person menu');
  await picture(page, 'person-menu-en-dark');
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  await page.goto(`${served.address}/o`);
  await expect(page).toHaveURL(/\/o\/sign-in$/);
  expect(wrong).toEqual([]);
});
