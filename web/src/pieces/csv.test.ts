// Tests of lists as CSV. Never writes a file.
import { expect, test } from 'vitest';
import { cell, csv, everything } from './csv';

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['@x', "'@x"],
  ['+86 10', "'+86 10"],
  ['-12.50', '-12.50'],
  ['-1,234.50', '"-1,234.50"'],
  ['-cmd', "'-cmd"],
])('%s is written %s', (text, written) => {
  expect(cell(text)).toBe(written);
});

test('rows end as spreadsheets expect', () => {
  expect(csv([['a', 'b'], ['1', '2']])).toBe('\ufeffa,b\r\n1,2\r\n');
});

test('an export walks all pages, up to its bound', async () => {
  const pages = (count: number) => async (after: string | undefined) => {
    const at = Number(after ?? 0);
    return { rows: [at * 2, at * 2 + 1], next: at + 1 < count ? String(at + 1) : undefined };
  };
  const told: number[] = [];
  expect(await everything(pages(3), (count) => told.push(count))).toEqual({ rows: [0, 1, 2, 3, 4, 5], isCut: false });
  expect(told).toEqual([2, 4, 6]);
  expect(await everything(pages(3), () => undefined, 3)).toEqual({ rows: [0, 1, 2], isCut: true });
  expect(await everything(pages(2), () => undefined, 4)).toEqual({ rows: [0, 1, 2, 3], isCut: false });
});
