// Writes the page that shows all screenshots of a run beside each other. Never judges them: people look.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCREENSHOTS } from './tools';

export default function contents(): void {
  if (!existsSync(SCREENSHOTS)) return;
  const names = readdirSync(SCREENSHOTS).filter((name) => name.endsWith('.png')).sort();
  const figures = names.map((name) => `<figure><img src="${name}" width="640" alt=""><figcaption>${name}</figcaption></figure>`);
  const page = `<!doctype html><meta charset="utf-8"><title>Screenshots</title><style>body{display:flex;flex-wrap:wrap}</style>${figures.join('\n')}\n`;
  writeFileSync(join(SCREENSHOTS, 'index.html'), page);
}
