// Every piece in each of its states, in both languages and themes. Never looks at a page of the console: `console.spec.ts` does.
import { expect, test } from '@playwright/test';
import { accessible, choose, faults, LANGUAGES, picture, SHADES } from './tools';

test('each piece, in both languages and themes', async ({ page }) => {
  const wrong = faults(page);
  await page.goto('/gallery');
  for (const language of LANGUAGES) {
    for (const shade of SHADES) {
      await choose(page, language, shade);
      await expect(page.getByText('SO-2026-1000')).toBeVisible();
      await accessible(page, `gallery ${language} ${shade}`);
      await picture(page, `gallery-${language}-${shade}`, true);
    }
  }
  expect(wrong).toEqual([]);
});

test('lists, steps and decisions do what they say', async ({ page }) => {
  await page.goto('/gallery');
  await choose(page, 'en', 'light');
  await page.getByRole('button', { name: 'Next' }).last().click();
  await expect(page.getByText('SO-2026-1006')).toBeVisible();
  await expect(page.getByText('Page 2')).toBeVisible();
  await page.getByRole('button', { name: 'Previous' }).click();
  await expect(page.getByText('SO-2026-1000')).toBeVisible();
  await expect(page.getByText('Page 1')).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).first().click()]);
  expect(download.suggestedFilename()).toBe('gallery.csv');

  await expect(page.getByRole('button', { name: 'Freeze the account' })).toBeDisabled();
  await page.getByRole('button', { name: 'Approve the withdrawal' }).click();
  await expect(page.getByText('The balance falls by 800.00 CNY')).toBeVisible();
  await accessible(page, 'what will happen');
  await picture(page, 'gallery-confirm-en-light');
  await page.getByRole('button', { name: 'Cancel' }).click();

  const amount = page.getByLabel('Amount to withdraw').last();
  await amount.fill('12.345');
  await amount.blur();
  await expect(page.getByText('At most 2 decimals').last()).toBeVisible();
});
