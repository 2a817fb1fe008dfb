// Tests of amounts as they are typed and shown. Amounts are larger here than a float can hold. Never uses a number for one.
import { expect, test } from 'vitest';
import { decimals, figures, isNegative, isZero, ofMinor, parseAmount, spoken } from './money';

test.each([
  ['1234.5', 'CNY', '1234.50'],
  ['1,234.50', 'CNY', '1234.50'],
  ['１２３４．５', 'CNY', '1234.50'],
  [' 12 345 ', 'CNY', '12345.00'],
  ['-7', 'CNY', '-7.00'],
  ['\u22127', 'CNY', '-7.00'],
  ['+7', 'CNY', '7.00'],
  ['.5', 'CNY', '0.50'],
  ['5.', 'CNY', '5.00'],
  ['007', 'CNY', '7.00'],
  ['-0', 'CNY', '0.00'],
  ['10.500', 'CNY', '10.50'],
  ['1500', 'JPY', '1500'],
  ['1500.00', 'JPY', '1500'],
  ['1.234', 'KWD', '1.234'],
  ['92233720368547758.07', 'CNY', '92233720368547758.07'],
])('%s %s is %s', (typed, currency, amount) => {
  expect(parseAmount(typed, currency)).toEqual({ ok: true, amount });
});

test.each([
  ['', 'CNY', 'notANumber'],
  ['.', 'CNY', 'notANumber'],
  ['-', 'CNY', 'notANumber'],
  ['abc', 'CNY', 'notANumber'],
  ['1e5', 'CNY', 'notANumber'],
  ['1.2.3', 'CNY', 'notANumber'],
  ['1,23', 'CNY', 'notANumber'],
  ['1,2345.00', 'CNY', 'notANumber'],
  ['--1', 'CNY', 'notANumber'],
  ['1.005', 'CNY', 'tooMany'],
  ['1.5', 'JPY', 'tooMany'],
])('%s %s is refused: %s', (typed, currency, error) => {
  expect(parseAmount(typed, currency)).toEqual({ ok: false, error });
});

test.each([
  ['0', '0'],
  ['999', '999'],
  ['1000.00', '1,000.00'],
  ['-1234567.50', '\u22121,234,567.50'],
  ['92233720368547758.07', '92,233,720,368,547,758.07'],
  ['odd', 'odd'],
])('%s is shown as %s', (amount, shown) => {
  expect(figures(amount)).toBe(shown);
});

test('an amount is always shown with its currency', () => {
  expect(spoken({ amount: '12.30', currency: 'USD' })).toBe('12.30 USD');
});

test('what is below zero, and what is nothing', () => {
  const cny = (amount: string) => ({ amount, currency: 'CNY' });
  expect([isNegative(cny('-0.01')), isNegative(cny('0.01')), isNegative(cny('-0.00'))]).toEqual([true, false, false]);
  expect([isZero(cny('0.00')), isZero(cny('-0.00')), isZero(cny('0.01'))]).toEqual([true, true, false]);
});

test('currencies have their decimals', () => {
  expect([decimals('CNY'), decimals('JPY'), decimals('KWD'), decimals('no such')]).toEqual([2, 0, 3, 2]);
});

test.each([
  [123_450, 'CNY', '1234.50'],
  [-5, 'CNY', '-0.05'],
  [0, 'CNY', '0.00'],
  [1_500, 'JPY', '1500'],
])('%d minor units of %s are %s', (minor, currency, amount) => {
  expect(ofMinor(minor, currency)).toEqual({ amount, currency });
});
