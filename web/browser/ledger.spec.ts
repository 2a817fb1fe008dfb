// The ledger of the demo in a browser, in both languages: of a merchant and of a bank account, at a moment, what was booked and for
// what, and its proof. Never fakes an answer of the server.
import { expect, test } from '@playwright/test';
import { accessible, choose, comeIn, faults, LANGUAGES, picture, serveDemo, type ServedDemo } from './tools';

test.describe.configure({ mode: 'serial', timeout: 60_000 });

let served: ServedDemo;
test.beforeAll(async () => {
  served = await serveDemo();
});
test.afterAll(() => served.stop());

const NAME = { 'zh-CN': '预存可用余额', en: 'Prepaid: available' };
const BANK = { 'zh-CN': '银行存款（客户资金）', en: 'Bank, client money' };

test('accounts, their transfers, and what each was booked for', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/ledger');
  await choose(page, 'en', 'light');
  await page.getByRole('combobox', { name: 'Merchant' }).fill('qinghe');
  await page.getByTitle('青禾 · qinghe').click();
  await page.getByRole('button', { name: NAME.en }).first().click();
  await expect(page.getByRole('button', { name: /^hd_/ }).first()).toBeVisible();
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    await expect(page.getByRole('button', { name: NAME[language] }).first()).toBeVisible();
    await expect(page.getByRole('button', { name: /^hd_/ }).first()).toBeVisible();
    await accessible(page, `ledger ${language}`);
    await picture(page, `ledger-${language}`, true);
  }
  await page.getByRole('button', { name: /^hd_/ }).first().click();
  await expect(page.getByRole('dialog').getByText('charged')).toBeVisible();
  await accessible(page, 'subject');
  await picture(page, 'ledger-subject-en');
  expect(wrong).toEqual([]);
});

test('a bank account at a moment, and the proof of all books', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/ledger?of=bank&at=2026-10-01T00:00:00Z');
  await choose(page, 'en', 'light');
  await page.getByRole('combobox', { name: 'Bank account' }).click();
  await page.getByTitle(/中国工商银行/).click();
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    await expect(page.getByRole('button', { name: BANK[language] })).toBeVisible();
    await accessible(page, `ledger of a bank account ${language}`);
    await picture(page, `ledger-bank-${language}`);
  }
  await page.getByRole('button', { name: 'Prove the books' }).click();
  await expect(page.getByRole('dialog').getByText('Everything holds')).toBeVisible({ timeout: 40_000 });
  await picture(page, 'ledger-proof-en');
  expect(wrong).toEqual([]);
});
