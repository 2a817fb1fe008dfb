// Tests of moments and deadlines at their boundaries. Never uses the present.
import { expect, test } from 'vitest';
import { moment, relative, standing } from './time';

const now = new Date('2026-03-02T01:00:00Z');

test.each([
  ['2026-03-04T01:00:00Z', 'in 2 days', '2天后'],
  ['2026-03-04T00:59:59Z', 'in 1 day', '1天后'],
  ['2026-03-02T23:00:00Z', 'in 22 hours', '22小时后'],
  ['2026-03-02T01:05:59Z', 'in 5 minutes', '5分钟后'],
  ['2026-03-02T01:00:30Z', 'in 0 minutes', '0分钟后'],
  ['2026-03-02T00:59:30Z', '0 minutes ago', '0分钟前'],
  ['2026-03-01T22:30:00Z', '2 hours ago', '2小时前'],
  ['2026-02-20T01:00:00Z', '10 days ago', '10天前'],
])('%s is %s', (at, english, chinese) => {
  expect(relative(at, now, 'en')).toBe(english);
  expect(relative(at, now, 'zh-CN').replace(/\s/g, '')).toBe(chinese);
});

test('a deadline is late from its very moment on, and near for a day before', () => {
  const at = (text: string) => {
    const { isLate, isNear } = standing(text, now, 'en');
    return [isLate, isNear];
  };
  expect(at('2026-03-02T01:00:00Z')).toEqual([true, false]);
  expect(at('2026-03-02T01:00:01Z')).toEqual([false, true]);
  expect(at('2026-03-03T00:59:59Z')).toEqual([false, true]);
  expect(at('2026-03-03T01:00:00Z')).toEqual([false, false]);
});

test('a moment is written alike in both languages, in a zone', () => {
  expect(moment('2026-03-02T01:00:00.123456Z', 'Asia/Shanghai')).toBe('2026-03-02 09:00');
  expect(moment('odd')).toBe('odd');
});
