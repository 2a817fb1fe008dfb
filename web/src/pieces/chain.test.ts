// Tests of several lists as one: borders of pages and of lists. Never asks a server.
import { expect, test, vi } from 'vitest';
import { chained, type Part } from './chain';

/** A list with these rows, whose cursor is the number of rows before. */
const list =
  (...all: string[]): Part<string> =>
  ({ after, limit }) => {
    const from = Number(after ?? 0);
    const next = from + limit < all.length ? String(from + limit) : undefined;
    return Promise.resolve({ rows: all.slice(from, from + limit), next });
  };

const parts = [list('a1', 'a2', 'a3'), list(), list('c1', 'c2')];

test('one after the other, with pages that reach over their borders', async () => {
  expect(await chained(parts, undefined, 10)).toEqual({ rows: ['a1', 'a2', 'a3', 'c1', 'c2'], next: undefined });
  expect(await chained(parts, undefined, 2)).toEqual({ rows: ['a1', 'a2'], next: '0-2' });
  expect(await chained(parts, '0-2', 2)).toEqual({ rows: ['a3', 'c1'], next: '2-1' });
  expect(await chained(parts, '2-1', 2)).toEqual({ rows: ['c2'], next: undefined });
  expect(await chained(parts, undefined, 3)).toEqual({ rows: ['a1', 'a2', 'a3'], next: '1-' });
  expect(await chained(parts, '1-', 3)).toEqual({ rows: ['c1', 'c2'], next: undefined });
});

test('what is no cursor begins anew, and what is past the end is empty', async () => {
  expect((await chained(parts, '<b>', 1)).rows).toEqual(['a1']);
  expect(await chained(parts, '9-', 1)).toEqual({ rows: [], next: undefined });
});

test('a full page asks no list that it does not need', async () => {
  const second = vi.fn(list('b1'));
  await chained([list('a1', 'a2'), second], undefined, 2);
  expect(second).not.toHaveBeenCalled();
});
