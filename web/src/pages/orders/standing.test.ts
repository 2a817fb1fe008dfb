// Tests of what a channel told, as it is read. Never asks a server.
import { expect, test } from 'vitest';
import type { Schemas } from '../../api/client';
import { leaves } from '../../pieces/leaves';
import { current, marked, toldOf } from './standing';

const message = (id: string, hash: string) => ({ id, order: 'co_1', applied: true, message: { hash } }) as unknown as Schemas['ChannelMessage'];

test('the message in force is the one that the order follows, and the last one where none is', () => {
  const all = [message('cm_1', 'a'), message('cm_2', 'b')];
  expect(current({ hash: 'a' } as Schemas['ChannelOrder'], all)?.id).toBe('cm_1');
  expect(current({ hash: 'x' } as Schemas['ChannelOrder'], all)?.id).toBe('cm_2');
  expect(current({ hash: 'x' } as Schemas['ChannelOrder'], [])).toBeUndefined();
});

test('money is taken where it is money, and nothing from what nobody can read', () => {
  const cny = { amount: '9.00', currency: 'CNY' };
  const told = toldOf(JSON.stringify({ money: { currency: 'CNY', total: cny, tax: null, tax_included: true }, lines: [{ sku: 'A', line_total: cny }, null] }));
  expect(told).toEqual({ money: { total: cny }, lines: [{ sku: 'A', line_total: cny }], payments: [], refunds: [] });
  expect(toldOf('{')).toEqual({ money: {}, lines: [], payments: [], refunds: [] });
});

test('every value that says something is shown, with what is unknown and what changed marked', () => {
  const before = leaves({ status: 'placed', money: { total: { amount: '9.00', currency: 'CNY' } }, tip: null });
  const now = leaves({ status: { other: 'awaiting-pickup' }, money: { total: { amount: '8.00', currency: 'CNY' } }, lines: [{ qty: 1, gift: false }], unmapped: [{ value: 'awaiting-pickup' }] });
  expect(before.map(({ path }) => path)).toEqual(['status', 'money.total']);
  const unmapped = [{ field: 'status', value: 'awaiting-pickup', code: 'import.unknown_word' }];
  expect(marked(now, before, unmapped)).toEqual([
    { path: 'status.other', value: 'awaiting-pickup', mark: 'unknown' },
    { path: 'money.total', value: '8.00 CNY', mark: 'changed' },
    { path: 'lines[1].qty', value: '1', mark: 'changed' },
    { path: 'lines[1].gift', value: 'false', mark: 'changed' },
    { path: 'unmapped[1].value', value: 'awaiting-pickup', mark: 'changed' },
  ]);
  expect(marked(now, undefined, []).every(({ mark }) => mark === undefined)).toBe(true);
});
