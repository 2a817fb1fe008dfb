// Prepaid accounts and promotions in a browser, against the real program with the demo's merchants: the stopped one first, then its
// promotions running again by a wire that two people match elsewhere. Never fakes an answer of the server.
import { expect, test, type APIRequestContext, type Page } from '@playwright/test';
import { accessible, choose, comeIn, faults, LANGUAGES, picture, serveDemo, session, type Language, type ServedDemo } from './tools';

test.describe.configure({ mode: 'serial' });

let served: ServedDemo;

test.beforeAll(async () => {
  served = await serveDemo();
});
test.afterAll(() => served.stop());

/** Asks the program beside the console. */
async function told<T>(request: APIRequestContext, path: string): Promise<T> {
  const answer = await request.get(`${served.address}/api/v1/${path}`, { headers: { authorization: `Bearer ${served.token}` } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as T;
}

/** Gives a command as somebody who came in. */
async function give(login: string, command: string, body: unknown): Promise<void> {
  const cookie = `zaiton_session=${await session(served, login)}`;
  const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', 'idempotency-key': `${login} ${command}` };
  const answer = await fetch(`${served.address}/api/v1/commands/${command}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.ok, await answer.text()).toBe(true);
}

type Says = Record<Language, string>;

/** Pages in both languages: what each says, that everybody can use it, and its picture. */
async function seen(page: Page, pages: readonly (readonly [name: string, path: string, says: Says])[]): Promise<void> {
  const wrong = faults(page);
  await comeIn(page, served);
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    for (const [name, path, says] of pages) {
      await page.goto(served.address + path);
      await expect(page.getByText(says[language]).first()).toBeVisible();
      await expect(page.locator('.ant-skeleton, .ant-spin-spinning')).toHaveCount(0);
      await accessible(page, `${name} ${language}`);
      await picture(page, `${name}-${language}-light`);
    }
  }
  expect(wrong).toEqual([]);
}

test('what is wrong is seen first', async ({ page }) => {
  const [one] = (await told<{ rows: { id: string }[] }>(page.request, 'promotions?merchant=meizhou')).rows;
  await seen(page, [
    ['accounts', '/o/accounts', { 'zh-CN': '活动已停止的账户', en: 'Accounts whose promotions are stopped' }],
    ['account-stopped', '/o/accounts/meizhou', { 'zh-CN': '活动已停止，自', en: 'What brings them back' }],
    ['account-restricted', '/o/accounts/beichen', { 'zh-CN': '账户受限', en: 'Restricted: it may neither' }],
    ['promotions', '/o/promotions', { 'zh-CN': '余额不足', en: 'Too little money' }],
    ['promotion-stopped', `/o/promotions/${one?.id ?? ''}`, { 'zh-CN': '余额恢复后自动继续', en: 'It goes on by itself' }],
  ]);
});

test('each part of an account has an address', async ({ page }) => {
  await seen(page, [
    ['account-fees', '/o/accounts/meizhou?tab=fees', { 'zh-CN': '已核销', en: 'Settled' }],
    ['account-top-ups', '/o/accounts/meizhou?tab=top-ups', { 'zh-CN': '人工确认中', en: 'Waits for a person' }],
    ['account-withdrawals', '/o/accounts/citong?tab=withdrawals', { 'zh-CN': '待审批', en: 'Waits for approval' }],
    ['account-statement', '/o/accounts/meizhou?tab=statement', { 'zh-CN': '期初余额', en: 'Opening balance' }],
    ['account-timeline', '/o/accounts/meizhou?tab=timeline', { 'zh-CN': '已提醒商家', en: 'The merchant was told' }],
  ]);
});

test('asking for a top-up ends with what to write into the wire', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/accounts/nanhai');
  await choose(page, 'en', 'light');
  await page.locator('.z-stopped').getByRole('button', { name: 'Top up' }).click();
  await expect(page.getByLabel('Amount to top up')).toHaveValue('3,000.00');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText('It must be paid by the company itself:')).toBeVisible();
  await accessible(page, 'top-up, how it is paid');
  await picture(page, 'top-up-pay-en-light');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Ask for it' }).click();
  await expect(page.getByText('Write this into the wire')).toBeVisible();
  await expect(page.getByText(/^ZT[0-9A-Z]{9}$/)).toBeVisible();
  await accessible(page, 'top-up, asked for');
  await picture(page, 'top-up-asked-en-light');
  await page.getByRole('button', { name: 'Follow it' }).click();
  await expect(page.getByText('Waits for the wire').first()).toBeVisible();
  expect(wrong).toEqual([]);
});

test('a statement comes as a spreadsheet that the server wrote', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/accounts/meizhou?tab=statement');
  await choose(page, 'en', 'light');
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Excel (XLSX)' }).click();
  expect((await file).suggestedFilename()).toMatch(/\.xlsx$/);
  await expect(page.getByRole('link', { name: /^Take / })).toBeVisible();
  await accessible(page, 'statement as a file');
  await picture(page, 'account-statement-file-en-light');
  expect(wrong).toEqual([]);
});

test('a wire that two people match starts the promotions again before the eyes of whoever looks', async ({ page, request }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/accounts/meizhou');
  await choose(page, 'en', 'light');
  await page.goto(`${served.address}/o/accounts/meizhou?tab=promotions`);
  const stopped = page.getByText('Promotions are stopped since');
  await expect(stopped).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'Too little money' })).toHaveCount(2);
  await picture(page, 'account-promotions-stopped-en-light');
  const here = await page.evaluate(() => performance.timeOrigin);

  const { merchant, open_top_ups: requests } = await told<{ merchant: { id: string }; open_top_ups: { id: string; lines: { line: string }[] }[] }>(request, 'merchants/meizhou/standing');
  const [asked] = requests;
  const line = asked?.lines[0]?.line;
  const { record } = await told<{ record: { account: string } }>(request, `bank-lines/${line ?? ''}`);
  const decision = { name: 'match', merchant: merchant.id, top_up: asked?.id };
  await give('admin', 'bank.propose_decision', { bank_account: record.account, line, decision, evidence: 'call of today' });
  await expect(page.getByText('a second person, to confirm whose the wire is')).toBeVisible();
  await give('second', 'bank.confirm_decision', { bank_account: record.account, line });

  await expect(stopped).toBeHidden();
  await expect(page.getByRole('row').filter({ hasText: 'Running' })).toHaveCount(1);
  await expect(page.getByRole('row').filter({ hasText: 'Scheduled' })).toHaveCount(1);
  expect(await page.evaluate(() => performance.timeOrigin), 'the page was not loaded again').toBe(here);
  await accessible(page, 'promotions run again');
  await picture(page, 'account-promotions-running-en-light');
  await page.getByRole('tab', { name: 'Overview' }).click();
  await expect(page.locator('.z-figure').first()).toContainText('6,529.16');
  await expect(page.locator('.z-chart canvas')).toBeVisible();
  await picture(page, 'account-running-en-light');
  expect(wrong).toEqual([]);
});
