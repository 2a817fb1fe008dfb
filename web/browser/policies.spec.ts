// Figures in force in a browser, in both languages: read, changed by two people, and tried on what really moved. Never fakes an
// answer of the server.
import { expect, test } from '@playwright/test';
import { accessible, choose, comeIn, faults, LANGUAGES, picture, serveDemo, type ServedDemo } from './tools';

test.describe.configure({ mode: 'serial', timeout: 60_000 });

let served: ServedDemo;
test.beforeAll(async () => {
  served = await serveDemo();
});
test.afterAll(() => served.stop());

const STOP = { 'zh-CN': '停用线：低于此停用活动', en: 'Promotions stop below' };
const RESULT = { 'zh-CN': '试算结果', en: 'What it would have done' };

test('a change is proposed by one and confirmed by another', async ({ page, browser }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/policies');
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    await expect(page.getByText(STOP[language])).toBeVisible();
    await accessible(page, `policies ${language}`);
    await picture(page, `policies-${language}`);
  }
  await page.getByRole('button', { name: 'Propose a change' }).click();
  const drawer = page.getByRole('dialog');
  const send = drawer.getByRole('button', { name: 'Propose', exact: true });
  await expect(send).toBeDisabled();
  await drawer.getByLabel('Looked at again every').fill('30');
  await drawer.getByLabel('Holds from').fill('2036-01-01 00:00');
  await drawer.getByLabel('Holds from').press('Enter');
  await drawer.getByLabel('Why', { exact: true }).fill('merchants wait too long');
  await accessible(page, 'propose');
  await picture(page, 'policies-propose-en');
  await send.click();
  await expect(drawer.getByText('Waits for a second person')).toBeVisible();
  const address = page.url();
  await picture(page, 'policies-version-en');

  const other = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await comeIn(other, served, 'second', new URL(address).pathname + new URL(address).search);
  await choose(other, 'en', 'light');
  await other.getByRole('button', { name: 'Confirm the change' }).click();
  await other.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(other.getByRole('dialog').getByText('To come').first()).toBeVisible();
  await other.context().close();
  expect(wrong).toEqual([]);
});

test('other lines are tried on what really moved', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/policies?tab=dry');
  await choose(page, 'en', 'light');
  await page.getByLabel('Stop below').fill('5000');
  await page.getByRole('button', { name: 'Run it' }).click();
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    await expect(page.getByRole('heading', { name: RESULT[language] })).toBeVisible();
    await accessible(page, `dry run ${language}`);
    await picture(page, `policies-dry-${language}`, true);
  }
  expect(wrong).toEqual([]);
});
