// A newcomer's first quarter of an hour, by what stands on the pages alone: who stopped and why, the wire that starts it again,
// promotions that run again before one's eyes, the statement as a file, and how to do the same with curl. Never knows an id
// beforehand.
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { accessible, choose, comeIn, faults, picture, serveDemo, type ServedDemo } from './tools';

let served: ServedDemo;

test.beforeAll(async () => {
  served = await serveDemo();
});
test.afterAll(() => served.stop());

test('stopped promotions are found, understood and started again, and the statement is taken home', async ({ page, browser }) => {
  const wrong = faults(page);
  await comeIn(page, served);
  await choose(page, 'en', 'light');

  // The first page says who stopped; its link leads to why, and to the wire that waits.
  const stopped = page.getByRole('region', { name: 'Stopped promotions' });
  await expect(stopped).toContainText('湄洲灯饰');
  await stopped.getByRole('listitem').filter({ hasText: '湄洲灯饰' }).getByRole('link', { name: 'Open the account' }).click();
  await expect(page.getByText('What brings them back')).toBeVisible();
  await expect(page.getByText('A wire came:')).toBeVisible();
  await page.getByRole('link', { name: 'Open the bank line' }).click();
  const line = page.locator('.z-case');
  await expect(line).toContainText('payer differs');
  await line.getByRole('radio').first().check();
  await line.getByLabel('How you know').fill('call of the owner');
  await line.getByRole('button', { name: 'Propose', exact: true }).click();
  const asked = page.getByRole('dialog').filter({ hasText: 'When you confirm:' });
  await expect(asked).toContainText('waits for a second person');
  await asked.getByRole('button', { name: 'Confirm' }).click();
  await expect(line.getByRole('status')).toContainText('a second person confirms it');

  // Back at the account one looks on while somebody else confirms.
  await page.goto(`${served.address}/o/accounts/meizhou`);
  await expect(page.locator('.z-stopped')).toBeVisible();
  const begun = await page.evaluate(() => performance.timeOrigin);
  const other = await browser.newPage();
  await comeIn(other, served, 'second');
  await choose(other, 'en', 'light');
  await other.getByRole('listitem').filter({ hasText: 'Decisions about bank lines to confirm' }).getByRole('link').first().click();
  const theirs = other.locator('.z-case');
  await expect(theirs.getByText('Evidence: call of the owner')).toBeVisible();
  await theirs.getByRole('button', { name: 'Confirm', exact: true }).click();
  await other.getByRole('dialog').filter({ hasText: 'When you confirm:' }).getByRole('button', { name: 'Confirm' }).click();
  await expect(other.getByText(/6,000\.00 CNY: confirmed/).first()).toBeVisible();
  await other.close();
  await expect(page.locator('.z-stopped')).toBeHidden();
  await expect(page.locator('.z-figure').first()).toContainText('6,529.16');
  expect(await page.evaluate(() => performance.timeOrigin), 'the page was not loaded again').toBe(begun);
  await page.getByRole('tab', { name: 'Promotions' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'Running' })).toHaveCount(1);
  await accessible(page, 'promotions run');
  await picture(page, 'tour-running-en-light');

  // The statement, as a file that holds what the page shows.
  await page.getByRole('tab', { name: 'Statement' }).click();
  await expect(page.getByText('Closing balance')).toBeVisible();
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  const text = readFileSync(await (await file).path(), 'utf8');
  expect(text).toContain('Top-up');
  expect(text.trim().split('\n').at(-1)).toContain('closing');

  // The same by curl is one press away.
  const [reference] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: 'API reference' }).click()]);
  await expect(reference.locator('#bankProposeDecision pre')).toContainText('curl -X POST');
  await expect(reference.locator('#getStatement pre')).toContainText('curl -H');
  await reference.close();
  expect(wrong).toEqual([]);
});
