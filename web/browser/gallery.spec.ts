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
