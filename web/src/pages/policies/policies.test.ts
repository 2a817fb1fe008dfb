// Tests of figures as they are read, typed and compared. Never asks a server.
import { expect, test } from 'vitest';
import { changesOf, GROUPED, isNamed, textOf, valueOf } from './figures';
import { measured, readWhatIf } from './dry';
import { standingOf } from './Versions';

test.each([
  ['suspend_below_minor', 100_000, '1,000.00'],
  ['topup_min_minor', 5, '0.05'],
  ['vat_bps', 600, '6.00'],
  ['alert_repeat_at', [540, 1_125], '09:00, 18:45'],
  ['recheck_minutes', 60, '60'],
  ['model', 'agent', 'agent'],
] as const)('%s is written %j as %s, and read back', (name, value, text) => {
  expect(textOf(name, value)).toBe(text);
  expect(valueOf(name, text)).toEqual(value);
});

test.each([
  ['suspend_below_minor', '１，２３４．５', 123_450],
  ['suspend_below_minor', '-1', undefined],
  ['suspend_below_minor', '1.234', undefined],
  ['recheck_minutes', '1.5', undefined],
  ['recheck_minutes', '', undefined],
  ['alert_repeat_at', '9:00，18:00', [540, 1_080]],
  ['alert_repeat_at', '', []],
  ['alert_repeat_at', 'noon', undefined],
] as const)('%s typed as %j is %j', (name, text, value) => {
  expect(valueOf(name, text)).toEqual(value);
});

test('each figure stands in one group, and no other has a word', () => {
  const all = GROUPED.flatMap(({ names }) => names);
  expect(new Set(all).size).toBe(all.length);
  expect(all.every(isNamed)).toBe(true);
  expect(isNamed('toString')).toBe(false);
});

test('what a version changes is read from its JSON, and nothing from what is none', () => {
  expect(changesOf('{"recheck_minutes":60,"new_one":1}')).toEqual([
    ['recheck_minutes', 60],
    ['new_one', 1],
  ]);
  expect([changesOf('['), changesOf('null')]).toEqual([[], []]);
});

test('a version waits, is to come, holds, or never does', () => {
  const version = { id: 'po_1', subject: 'prepaid', figures: '{}', maker: 'li', reason: 'x', valid_from: '2026-03-02T00:00:00Z' };
  const at = (now: string, state: Parameters<typeof standingOf>[0]['state']) => standingOf({ ...version, state }, new Date(now)).key;
  const confirmed = { name: 'confirmed', checker: 'wang', at: '2026-03-01T00:00:00Z' } as const;
  expect(at('2026-03-01T12:00:00Z', { name: 'proposed' })).toBe('proposed');
  expect(at('2026-03-01T12:00:00Z', confirmed)).toBe('toCome');
  expect(at('2026-03-02T00:00:00Z', confirmed)).toBe('holds');
  expect(at('2026-03-02T00:00:00Z', { name: 'dropped', by: 'wang' })).toBe('dropped');
});

test('a dry run is read as it stands; accounts of one merchant are told apart', () => {
  const counts = { openings: 1, floors: 0, suspended_seconds: 129_600, alerts: 2 };
  const row = (merchant: string, account: string) => ({ merchant, account, in_force: counts, asked: { ...counts, openings: 3 } });
  const read = readWhatIf({ rows: [row('qinghe', 'pa_000000000AAAA'), row('qinghe', 'pa_000000000BBBB'), row('lumen', 'pa_1')], in_force: counts, asked: counts });
  expect(read.rows.map(({ name, asked }) => [name, asked.openings])).toEqual([['qinghe AAAA', 3], ['qinghe BBBB', 3], ['lumen', 3]]);
  expect([measured('suspended_seconds', counts.suspended_seconds), measured('alerts', 2)]).toEqual(['1.5', '2']);
  expect(readWhatIf(undefined).rows).toEqual([]);
});
