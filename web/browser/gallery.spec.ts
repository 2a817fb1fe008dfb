// Every piece in each of its states, in both languages and themes. Never looks at a page of the console: `console.spec.ts` does.
import { readFile } from 'node:fs/promises';
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
  // Several pieces have a Next of their own: the list's is the one below its rows, once they are there.
  const list = page.getByRole('navigation', { name: 'List', exact: true });
  await list.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText('SO-2026-1006')).toBeVisible();
  await expect(list.getByText('Page 2')).toBeVisible();
  await list.getByRole('button', { name: 'Previous' }).click();
  await expect(page.getByText('SO-2026-1000')).toBeVisible();
  await expect(list.getByText('Page 1')).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).first().click()]);
  expect(download.suggestedFilename()).toBe('gallery.csv');
  expect((await readFile(await download.path(), 'utf8')).split('\r\n')).toHaveLength(25);

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

test('views are kept, a chart has its figures, a drawer is closed from the keyboard', async ({ page }) => {
  await page.goto('/gallery');
  await choose(page, 'en', 'light');
  const views = page.getByRole('button', { name: 'Views', exact: true }).last();
  await views.click();
  await page.getByLabel('Name of the view').fill('Open ones');
  await page.getByRole('button', { name: 'Keep these filters' }).click();
  await expect(page.getByRole('button', { name: 'Open ones', exact: true })).toBeVisible();
  await accessible(page, 'views');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'As figures' }).first().click();
  await expect(page.getByRole('cell', { name: '2,650.00' })).toBeVisible();

  const upload = page.locator('.z-upload');
  const pdf = (name: string) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') });
  await upload.locator('input[type=file]').setInputFiles([pdf('slow.pdf'), pdf('refused.pdf'), pdf('good.pdf'), { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') }]);
  await expect(upload.getByText('Sent')).toBeVisible();
  await expect(upload.getByText('50%')).toBeVisible();
  await expect(upload.getByText('This kind of file is not taken.')).toBeVisible();
  await accessible(page, 'upload');
  await picture(page, 'gallery-upload-en-light');
  await upload.getByRole('button', { name: 'Stop: slow.pdf' }).click();
  await expect(upload.getByText('slow.pdf')).toBeHidden();

  await page.getByRole('button', { name: 'Open the drawer' }).click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByText('prepaid.withdrawal.short')).toBeVisible();
  await accessible(page, 'drawer');
  await picture(page, 'gallery-drawer-en-light');
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
});
