// Tests of what an address says of a list: there and back, and what people make of addresses. Never opens a page.
import { expect, test } from 'vitest';
import { filtered, first, next, previous, read, TRAIL, write } from './url';

const names = ['q', 'state'];

test('what is asked is what the address says', () => {
  const asked = { filters: { q: '青禾 & co', state: 'open' }, trail: ['71', '72'], page: 3 };
  expect(read(write(asked), names)).toEqual(asked);
  expect(write({ filters: {}, trail: [], page: 1 })).toEqual({});
});

test.each([
  [{}, { filters: {}, trail: [], page: 1 }],
  [{ q: '  ', state: 'x', other: 'y' }, { filters: { state: 'x' }, trail: [], page: 1 }],
  [{ q: 12 }, { filters: { q: '12' }, trail: [], page: 1 }],
  [{ q: ['a'], state: null }, { filters: {}, trail: [], page: 1 }],
  [{ trail: '1,<b>,,3', page: '3' }, { filters: {}, trail: ['1', '3'], page: 3 }],
  [{ trail: 17, page: 2 }, { filters: {}, trail: ['17'], page: 2 }],
  [{ trail: '1,2', page: 'x' }, { filters: {}, trail: ['1', '2'], page: 3 }],
  [{ page: '7' }, { filters: {}, trail: [], page: 1 }],
])('%o is read', (search, asked) => {
  expect(read(search, names)).toEqual(asked);
});

test('there, back and to the start', () => {
  const start = read({ state: 'open' }, names);
  const second = next(start, 'a');
  const third = next(second, 'b');
  expect([third.page, third.trail]).toEqual([3, ['a', 'b']]);
  expect(previous(third)).toEqual(second);
  expect(previous(second)).toEqual(start);
  expect(first(third)).toEqual(start);
  expect(filtered(third, 'q', 'x')).toEqual({ filters: { state: 'open', q: 'x' }, trail: [], page: 1 });
  expect(filtered(third, 'state', '')).toEqual({ filters: {}, trail: [], page: 1 });
});

test('an address remembers no more than it can hold', () => {
  let listed = read({}, names);
  for (let at = 0; at < TRAIL + 5; at += 1) listed = next(listed, `9007199254740993${at}`);
  expect([listed.trail.length, listed.page]).toEqual([TRAIL, TRAIL + 6]);
  expect(read(write(listed), names)).toEqual(listed);
});
