// Tests of how bookings are grouped and what they lead to. Never asks a server.
import { expect, test } from 'vitest';
import type { Schemas } from '../../api/client';
import { idOf, placeOf } from './Subject';
import { grouped } from './Transfers';

const transfer = (id: string, transaction: string) => ({ id, transaction }) as Schemas['Transfer'];

test('the first of a transaction says what it is, the others stand below', () => {
  const rows = grouped([transfer('lt_3', 'tx_2'), transfer('lt_2', 'tx_1'), transfer('lt_1', 'tx_1')]);
  expect(rows.map(({ id, isFirst }) => [id, isFirst])).toEqual([['lt_3', true], ['lt_2', true], ['lt_1', false]]);
});

test.each([
  ['freeze', 'hd_7'],
  ['arrears_repaid', 'hd_7'],
  ['top_up', 'tu_7'],
  ['top_up_matched', 'bl_7'],
  ['withdrawal_paid_bank', 'wd_7'],
  ['sweep', 'bl_7'],
  ['opening', '7'],
] as const)('%s leads to %s', (kind, id) => {
  expect(idOf({ kind, subject: '7' })).toBe(id);
});

test('what was taken over has no object', () => {
  expect([placeOf('opening'), placeOf('correction')]).toEqual([undefined, undefined]);
});
