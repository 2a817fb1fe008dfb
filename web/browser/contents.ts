// Writes the page that shows all screenshots of a run beside each other. Never judges them: people look.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SEEN } from './seen';
import { SCREENSHOTS } from './tools';

export default function contents(): void {
  if (!existsSync(SCREENSHOTS)) return;
  const names = readdirSync(SCREENSHOTS).filter((name) => name.endsWith('.png')).sort();
  const pages = new Map<string, string[]>();
  for (const name of names) {
    const page = name.replace(/-(zh-CN|en)(-(light|dark))?\.png$/, '');
    pages.set(page, [...(pages.get(page) ?? []), name]);
  }
  // The longest name that fits: `bank-line` before `bank`.
  const line = (page: string) => SEEN[Object.keys(SEEN).filter((name) => page.startsWith(name)).sort((a, b) => b.length - a.length)[0] ?? ''] ?? '';
  const parts = [...pages].map(
    ([page, pictures]) =>
      `<section><h2>${page}</h2><p>${line(page)}</p>${pictures.map((name) => `<figure><img src="${name}" width="640" loading="lazy" alt="${name}"><figcaption>${name}</figcaption></figure>`).join('')}</section>`,
  );
  const style = 'body{font:14px/20px sans-serif;margin:24px}section{display:flex;flex-wrap:wrap;gap:16px}h2,p{width:100%;margin:0}figure{margin:0}img{border:1px solid #dfe4e6}';
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Screenshots</title><style>${style}</style><h1>Every page, as it was looked at</h1>${parts.join('\n')}\n`;
  writeFileSync(join(SCREENSHOTS, 'index.html'), html);
}
