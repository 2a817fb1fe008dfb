// Tests of the words and of what the house asks of every file. Never judges whether a translation is good.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOGUES } from '.';

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, before = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') all.set(before + key, value);
    else for (const [inner, text] of flat(value, `${before}${key}.`)) all.set(inner, text);
  }
  return all;
}

const zh = flat(CATALOGUES['zh-CN']);
const en = flat(CATALOGUES.en);

function sources(): [string, string][] {
  const root = join(import.meta.dirname, '..');
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(tsx?|css)$/.test(name) && !name.endsWith("schema.d.ts"));
  return names.map((name) => [name, readFileSync(join(root, name), 'utf8')]);
}

test('each key is there in each language, and says something', () => {
  expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
  for (const [key, text] of [...zh, ...en]) expect(text.trim(), key).not.toBe('');
});

test('what is put into a text is put into it in each language', () => {
  const names = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
  for (const [key, text] of zh) expect(names(en.get(key) ?? ''), key).toEqual(names(text));
});

test('English holds no Chinese, and Chinese is Chinese', () => {
  const han = /\p{Script=Han}/u;
  for (const [key, text] of en) expect(han.test(text), key).toBe(false);
  for (const [key, text] of zh) expect(han.test(text) || /^(Zaiton|\{\{count\}\}\+)$/.test(text), key).toBe(true);
});

test('no key is left that nobody uses', () => {
  const code = sources()
    .filter(([name]) => !/text[/\\](zh-CN\.ts|en\.ts|areas[/\\].*)$/.test(name))
    .map(([, text]) => text)
    .join('\n');
  const isUsed = (key: string) => {
    const plain = key.replace(/_(one|other)$/, '');
    const group = plain.slice(0, plain.lastIndexOf('.') + 1);
    return code.includes(`'${plain}'`) || (group !== '' && code.includes(`\`${group}\${`));
  };
  // Another language's name is taken from its own catalogue.
  expect([...zh.keys()].filter((key) => key !== 'language.name' && !isUsed(key))).toEqual([]);
});

test('each file says first what it is and what it never does', () => {
  for (const [name, text] of sources()) {
    const head = /^(?:\/\*[\s\S]*?\*\/|(?:\/\/.*\n)+)/.exec(text)?.[0] ?? '';
    expect(head, name).not.toBe('');
    expect(/\b(never|no|not|nothing|nobody|only)\b/i.test(head), `${name} says what it must never do`).toBe(true);
  }
});
