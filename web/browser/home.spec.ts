// The first page and the tasks, against the real program with the demo: what waits, the way to it, and what ends it. Never fakes an
// answer of the server.
import { expect, test, type Page } from '@playwright/test';
import { accessible, choose, comeIn, faults, LANGUAGES, picture, serveDemo, SHADES, type ServedDemo } from './tools';

test.describe.configure({ mode: 'serial' });

let served: ServedDemo;

test.beforeAll(async () => {
  served = await serveDemo();
});
test.afterAll(() => served.stop());

const drawer = (page: Page) => page.locator('.z-case');

async function seen(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  await accessible(page, name);
  await picture(page, name);
}

test('what waits, in both languages and themes, and the way to the first of it', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served);
  const says = { 'zh-CN': '待审批的提现', en: 'Withdrawals to approve' };
  for (const language of LANGUAGES) {
    for (const shade of SHADES) {
      await choose(page, language, shade);
      await expect(page.getByText(says[language]).first()).toBeVisible();
      await expect(page.getByText('湄洲灯饰').first()).toBeVisible();
      await seen(page, `home-demo-${language}-${shade}`);
    }
  }
  await choose(page, 'en', 'light');
  await page.getByRole('link', { name: 'Open the first: Withdrawals to approve' }).click();
  await expect(page).toHaveURL(/\/o\/withdrawals\?withdrawal=wd_/);
  await expect(drawer(page)).toContainText('8,000.00');
  await page.goBack();
  await page.getByRole('link', { name: 'Open the account: 湄洲灯饰' }).click();
  await expect(page).toHaveURL(/\/o\/accounts\/meizhou$/);
  expect(wrong).toEqual([]);
});

test('tasks: why, what to do, and the commands that end them', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/tasks');
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    await expect(page.getByRole('link', { name: 'woocommerce/main/5400004511' })).toBeVisible();
    await seen(page, `tasks-demo-${language}-light`);
    await page.getByRole('row').filter({ hasText: '5400004511' }).press('Enter');
    await expect(drawer(page)).toContainText('898.00');
    await seen(page, `task-${language}-light`);
    await page.keyboard.press('Escape');
  }
  const asked = page.getByRole('dialog').filter({ hasText: 'When you confirm:' });
  await page.getByRole('row').filter({ hasText: '5400004511' }).press('Enter');
  await drawer(page).getByLabel('Why it is right as it is').fill('the shop says that it is right');
  await drawer(page).getByRole('button', { name: 'Take the order as it is' }).click();
  await expect(asked).toContainText('Order 5400004511 is taken as the channel tells it');
  await asked.getByRole('button', { name: 'Confirm' }).click();
  await expect(drawer(page).getByRole('status')).toHaveText('Order 5400004511 is taken as it is.');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row').filter({ hasText: '5400004511' })).toBeHidden();
  // Refused again, it stays and says why.
  await page.getByRole('row').filter({ hasText: 'PAY-70088' }).press('Enter');
  await drawer(page).getByRole('button', { name: 'Try again' }).click();
  await asked.getByRole('button', { name: 'Confirm' }).click();
  await expect(drawer(page).getByRole('alert')).toContainText('What was captured is not the sum of its orders');
  await drawer(page).getByLabel('Why nothing is to follow, a short code').fill('paid_back_by_hand');
  await drawer(page).getByRole('button', { name: 'Let nothing follow' }).click();
  await asked.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'PAY-70088' })).toBeHidden();
  for (const [tab, says] of [['effects', 'No effect was given up'], ['timers', 'No timer was refused']] as const) {
    await page.goto(`${served.address}/o/tasks?tab=${tab}`);
    await expect(page.getByText(says)).toBeVisible();
  }
  expect(wrong).toEqual([]);
});
