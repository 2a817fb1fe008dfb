// Makes docs/screenshots from the pictures of the browser tests (web/screenshots), small enough to be kept: `npm run pictures` after
// `scripts/web.sh browser`. Takes the light theme only; changes no picture but its packing.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const from = join(import.meta.dirname, '..', 'screenshots');
const to = join(import.meta.dirname, '..', '..', 'docs', 'screenshots');
const names = readdirSync(from).filter((name) => /\.png$/.test(name) && !/-dark\.png$/.test(name) && !name.startsWith('gallery'));
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.ZAITON_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const name of names) {
  const packed = await page.evaluate(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const height = Math.min(image.height, 1600);
    const canvas = new OffscreenCanvas(image.width, height);
    canvas.getContext('2d').drawImage(image, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 })).arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
    return btoa(text);
  }, readFileSync(join(from, name)).toString('base64'));
  writeFileSync(join(to, name.replace(/(-light)?\.png$/, '.webp')), Buffer.from(packed, 'base64'));
}
await browser.close();
const index = readFileSync(join(from, 'index.html'), 'utf8');
const kept = index.replace(/<section><h2>gallery[\s\S]*?<\/section>\n?/g, '').replace(/<figure><img src="[^"]*-dark\.png"[\s\S]*?<\/figure>/g, '');
writeFileSync(join(to, 'index.html'), kept.replace(/(-light)?\.png/g, '.webp'));
