// Money that waits for people, against the real program with the demo: bank lines that one person proposes and another confirms or
// refuses, held statements, withdrawals. Never fakes an answer of the server.
import { expect, test, type Page } from '@playwright/test';
import { accessible, choose, comeIn, faults, LANGUAGES, picture, serveDemo, type ServedDemo } from './tools';

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

/** Presses what asks first, and confirms what will happen. */
async function confirmed(page: Page, button: string, says: RegExp): Promise<void> {
  await drawer(page).getByRole('button', { name: button, exact: true }).click();
  const asked = page.getByRole('dialog').filter({ hasText: 'When you confirm:' });
  await expect(asked).toContainText(says);
  await asked.getByRole('button', { name: 'Confirm' }).click();
  await expect(asked).toBeHidden();
}

test('lines that wait, and one of them, in both languages', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/bank-lines');
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    await expect(page.getByText('林美珠').first()).toBeVisible();
    await seen(page, `bank-lines-${language}-light`);
    await page.getByRole('row').filter({ hasText: '林美珠' }).first().press('Enter');
    await expect(drawer(page).getByText(/ZT[0-9A-Z]{9}/).first()).toBeVisible();
    await seen(page, `bank-line-${language}-light`);
    await page.keyboard.press('Escape');
    await expect(drawer(page)).toBeHidden();
  }
  await choose(page, 'en', 'dark');
  await page.getByRole('row').filter({ hasText: '林美珠' }).first().click();
  await expect(drawer(page).getByText('payer differs').first()).toBeVisible();
  await seen(page, 'bank-line-en-dark');
  expect(wrong).toEqual([]);
});

test('arrows go through the cases, Escape leaves them', async ({ page }) => {
  await comeIn(page, served, 'admin', '/o/bank-lines');
  await choose(page, 'en', 'light');
  const rows = page.locator('.z-table tbody tr[tabindex]');
  await rows.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(drawer(page)).toContainText('2 of 8');
  await page.keyboard.press('ArrowRight');
  await expect(drawer(page)).toContainText('3 of 8');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowLeft');
  await expect(drawer(page)).toContainText('1 of 8');
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/line=/);
});

test('one proposes, another confirms or refuses, and nobody does both', async ({ page, browser }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/bank-lines');
  await choose(page, 'en', 'light');
  await page.getByRole('row').filter({ hasText: '林美珠' }).first().click();
  const propose = drawer(page).getByRole('button', { name: 'Propose', exact: true });
  await expect(propose).toBeDisabled();
  await drawer(page).getByRole('radio').first().check();
  await drawer(page).getByLabel('How you know').fill('agreement 2026-31');
  await propose.click();
  const asked = page.getByRole('dialog').filter({ hasText: 'When you confirm:' });
  await expect(asked).toContainText(/6,000\.00 CNY pays top-up ZT[0-9A-Z]{9}/);
  await seen(page, 'bank-propose-en-light');
  await asked.getByRole('button', { name: 'Confirm' }).click();
  // The next case comes by itself, and says what was done with the one before.
  await expect(drawer(page).getByRole('status')).toHaveText('6,000.00 CNY: proposed, a second person confirms it.');
  await expect(drawer(page)).toContainText('4,000.01');
  await drawer(page).getByRole('radio', { name: /Goes back to its payer/ }).check();
  await drawer(page).getByLabel('How you know').fill('call of 22 November');
  await confirmed(page, 'Propose', /4,000\.01 CNY goes back to/);
  await expect(drawer(page).getByRole('status')).toContainText('4,000.01 CNY: proposed');

  await page.goto(`${served.address}/o/bank-lines?tab=proposed`);
  await page.getByRole('row').filter({ hasText: '林美珠' }).click();
  await expect(drawer(page).getByRole('button', { name: 'Confirm' })).toBeDisabled();
  await expect(drawer(page).getByText('You proposed this yourself').first()).toBeVisible();
  await seen(page, 'bank-second-same-en-light');

  const other = await browser.newPage();
  await comeIn(other, served, 'second', '/o/bank-lines?tab=proposed');
  await choose(other, 'en', 'light');
  await other.getByRole('row').filter({ hasText: '林美珠' }).click();
  await expect(drawer(other).getByText('Evidence: agreement 2026-31')).toBeVisible();
  await seen(other, 'bank-second-en-light');
  await confirmed(other, 'Confirm', /6,000\.00 CNY pays top-up ZT[0-9A-Z]{9}/);
  await expect(drawer(other).getByRole('status')).toHaveText('6,000.00 CNY: confirmed.');
  await expect(drawer(other).getByText(/Also end top-up request ZT[0-9A-Z]{9}/)).toBeVisible();
  await drawer(other).getByLabel('Why it would be refused').fill('the payer wants to pay the rest');
  await confirmed(other, 'Refuse', /4,000\.01 CNY stands again where it stood before/);
  await expect(other.getByText('4,000.01 CNY: the proposal is refused.')).toBeVisible();
  await other.goto(`${served.address}/o/bank-lines?tab=all`);
  await expect(other.getByRole('row').filter({ hasText: '林美珠' }).first()).toContainText('Matched');
  await expect(other.getByRole('row').filter({ hasText: '4,000.01' }).first()).toContainText('In review');
  await other.close();
  expect(wrong).toEqual([]);
});

test('a held statement says what is missing, and may be taken with a reason', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'admin', '/o/bank-lines');
  await choose(page, 'en', 'light');
  await expect(page.getByText('opens with 126,277.00 CNY, the one before closed with 125,500.00 CNY')).toBeVisible();
  await page.getByRole('button', { name: 'Decide' }).click();
  const asked = page.getByRole('dialog').filter({ hasText: 'This one opens with' });
  await expect(asked.getByRole('button', { name: 'Take it anyway' })).toBeDisabled();
  await asked.getByLabel('Why').fill('the bank closed that day');
  await seen(page, 'bank-held-en-light');
  await asked.getByRole('button', { name: 'Take it anyway' }).click();
  const sure = page.getByRole('dialog').filter({ hasText: 'When you confirm:' });
  await expect(sure).toContainText('2 lines are booked at once');
  await sure.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('Statement missing')).toBeHidden();
  await expect(page.getByText('Nordlicht Handels GmbH')).toBeVisible();
  expect(wrong).toEqual([]);
});

test('withdrawals: approved by one, and paid from an account of ours', async ({ page }) => {
  const wrong = faults(page);
  await comeIn(page, served, 'second', '/o/withdrawals');
  for (const language of LANGUAGES) {
    await choose(page, language, 'light');
    await expect(page.getByRole('row').filter({ hasText: '8,000.00' })).toBeVisible();
    await seen(page, `withdrawals-${language}-light`);
    await page.getByRole('row').filter({ hasText: '450.00' }).click();
    await expect(drawer(page).getByText('pf_', { exact: false }).first()).toBeVisible();
    await seen(page, `withdrawal-${language}-light`);
    await page.keyboard.press('Escape');
  }
  await page.getByRole('row').filter({ hasText: '8,000.00' }).click();
  await confirmed(page, 'Approve for settlement operations', /8,000\.00 CNY may be paid to/);
  await expect(drawer(page).getByRole('status')).toHaveText('8,000.00 CNY: approved.');
  await page.keyboard.press('Escape');
  await page.getByRole('row').filter({ hasText: '8,000.00' }).click();
  await expect(drawer(page).getByRole('button', { name: 'Pay', exact: true })).toBeDisabled();
  await drawer(page).getByLabel('Paid from').click();
  await page.getByTitle(/中国工商银行.*client money/).click();
  await confirmed(page, 'Pay', /8,000\.00 CNY is paid from 中国工商银行泉州分行/);
  await page.goto(`${served.address}/o/withdrawals?tab=sent`);
  await expect(page.getByRole('row').filter({ hasText: '8,000.00' })).toContainText('On its way');
  expect(wrong).toEqual([]);
});
