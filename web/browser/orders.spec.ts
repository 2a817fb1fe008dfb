// Orders of the demo in a browser, in both languages: the list, one that nobody understands, who accepts it, and an export that the
// server makes. Never fakes an answer of the server.
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { accessible, choose, comeIn, faults, LANGUAGES, picture, serveDemo, type ServedDemo } from './tools';

test.describe.configure({ mode: 'serial', timeout: 60_000 });

let served: ServedDemo;
test.beforeAll(async () => {
  served = await serveDemo();
});
test.afterAll(() => served.stop());

const ODD = { 'zh-CN': 'status 的值“awaiting-pickup”无法识别', en: 'status says "awaiting-pickup", which nobody knows' };
const MARK = { 'zh-CN': '无法识别', en: 'not known' };

test('an order that nobody understands is found, read and accepted', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/orders?merchant=kunlun');
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    await expect(page.getByText(ODD[language])).toBeVisible();
    await accessible(page, `orders ${language}`);
    await picture(page, `orders-${language}`);
  }
  await page.getByText(ODD.en).click();
  await expect(page).toHaveURL(/\/o\/orders\/co_/);
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    await expect(page.getByRole('cell', { name: MARK[language], exact: true }).first()).toBeVisible();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await accessible(page, `order ${language}`);
    await picture(page, `order-${language}`, true);
  }
  await page.getByRole('button', { name: 'Accept it as it is' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Confirm' })).toBeDisabled();
  await dialog.getByRole('textbox').fill('pickup is a way of sending, too');
  await picture(page, 'order-accept-en');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('Accepted as it is', { exact: true })).toBeVisible();
  await expect(dialog).toBeHidden();
  expect(wrong).toEqual([]);
});

test('an export is made by the server, comes by itself, and is found among the long work', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/orders?merchant=kunlun');
  await choose(page, 'en', 'light');
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  expect((await readFile(await download.path(), 'utf8')).split('\n').length).toBeGreaterThan(100);
  await page.getByRole('link', { name: 'Long work' }).click();
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    await expect(page.getByText('kunlun', { exact: false }).first()).toBeVisible();
    await accessible(page, `operations ${language}`);
    await picture(page, `operations-${language}`);
  }
  expect(wrong).toEqual([]);
});
