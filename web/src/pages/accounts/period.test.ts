// Tests of days as they are asked for, of what stands stopped in a chart, and of what is said first. Never looks at a page.
import { expect, test } from 'vitest';
import { standing } from './answers';
import { stretchesOf } from './Balance';
import { daysOf, daysOfMonth, momentsOf } from './period';
import { troubleOf, waitOf } from './waits';
import { saidOfAccount } from './words';

test('days begin and end at midnight of the zone in which the server counts them', () => {
  expect(momentsOf({ from: '2026-02-01', to: '2026-02-28' })).toEqual({ from: '2026-02-01T00:00:00+08:00', to: '2026-03-01T00:00:00+08:00' });
  expect(daysOfMonth('2028-02')).toEqual({ from: '2028-02-01', to: '2028-02-29' });
  expect(daysOfMonth('2026-12')).toEqual({ from: '2026-12-01', to: '2026-12-31' });
});

test('an address that names no days means this month, whatever stands there', () => {
  // Half past four in the afternoon of UTC is the next day in that zone.
  const now = new Date('2026-02-28T16:30:00Z');
  expect(daysOf({}, now)).toEqual({ from: '2026-03-01', to: '2026-03-01' });
  expect(daysOf({ from: '2026-01-05', to: 'tomorrow' }, now)).toEqual({ from: '2026-01-05', to: '2026-03-01' });
});

test('a stretch ends where promotions went on, or is not over; one that began before is there from the start', () => {
  const days = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'].map((day) => ({ day })) as never;
  const move = (at: string, way: 'opened' | 'closed') => ({ at, way });
  const of = (breaker: { at: string; way: 'opened' | 'closed' }[]) => stretchesOf({ days, breaker }, 'x').map(({ from, to }) => `${from.slice(8)}-${to.slice(8)}`);
  expect(of([])).toEqual([]);
  expect(of([move('2026-03-02T01:00:00Z', 'closed')])).toEqual(['01-02']);
  expect(of([move('2026-03-01T16:30:00Z', 'opened'), move('2026-03-02T17:00:00Z', 'closed'), move('2026-03-04T01:00:00Z', 'opened')])).toEqual(['02-03', '04-04']);
});

test('what keeps an account from selling is said before everything else', () => {
  const runs = { ...standing, breaker: { ...standing.breaker, state: 'closed' as const }, open_top_ups: [] };
  const restriction = (stage: 'proposed' | 'in_force') => ({ reason: 'legal_hold', maker: 'li', stage });
  const key = (change: Partial<typeof standing>) => saidOfAccount({ ...runs, ...change }).key;
  expect([key({}), key({ alarm: null }), key({ restriction: restriction('proposed') }), key({ restriction: restriction('in_force') })]).toEqual(['low', 'active', 'low', 'restricted']);
  expect([key({ breaker: standing.breaker }), key({ state: { name: 'closed', at: '' }, breaker: standing.breaker })]).toEqual(['stopped', 'closed']);
  expect([waitOf(standing), waitOf({ ...standing, open_top_ups: [] }), waitOf(runs)]).toEqual(['wire', 'money', undefined]);
  expect([troubleOf(runs), troubleOf({ ...runs, alarm: null }), troubleOf({ ...runs, restriction: restriction('in_force') })]).toEqual(['low', undefined, 'lift']);
});
