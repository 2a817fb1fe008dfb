// Tests of the ledger's page: whose it is, at which moment, and what was booked. No network, and nothing is added up.
import { screen, within } from '@testing-library/react';
import user from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { list, Refused, serverOf, showPage, type Answers } from '../../testing';
import { Ledger } from './Ledger';

afterEach(() => vi.unstubAllGlobals());

const cny = (amount: string) => ({ amount, currency: 'CNY' });
const account = { id: 'la_1', code: 2110, 'zh-CN': '预存可用余额', en: 'Prepaid: available', dimension: '2YDGKJRJ38CMA9', currency: 'CNY', balance: cny('7073.51') };
const merchant = { kind: 'merchant', id: 'me_1', record: { id: 'me_1', code: 'qinghe', name: 'Qinghe', company: 'Qinghe Ltd' }, allowed: [] };
const transfer = (id: string, transaction: string, side: string) => ({ id, transaction, side, amount: cny('54.84'), kind: 'freeze', subject: '7', booked_at: '2026-03-02T01:00:00Z', value_date: '2026-03-02' });
const common: Answers = {
  '/api/v1/merchants': list(merchant),
  '/api/v1/merchants/qinghe': merchant,
  '/api/v1/prepaid-accounts': list({ id: 'pa_1', record: { programme: 'pg_2YDGKJRJ38CMA9' } }),
  '/api/v1/operations': list(),
  '/api/v1/ledger/accounts?owner=me_1': { rows: [account] },
  '/api/v1/ledger/accounts?owner=me_1&at=2026-01-01T00%3A00%3A00.000Z': { rows: [{ ...account, balance: cny('1.00') }] },
  '/api/v1/ledger/accounts/la_1/transfers': { account, ...list(transfer('lt_2', 'tx_1', 'debit'), transfer('lt_1', 'tx_1', 'credit')) },
  '/api/v1/holds/hd_7': { record: { id: 'hd_7', order: 'own_site/main/QI1' } },
};

test('first one chooses whose; the proof of the books stands below', async () => {
  serverOf(common);
  await showPage(Ledger, '/o/ledger');
  expect(await screen.findByText('Choose a merchant or a bank account')).toBeTruthy();
  expect(await screen.findByText('They were not proved lately.')).toBeTruthy();
});

test('an account says what it is kept for, and leads to what was booked and for what', async () => {
  serverOf(common);
  await showPage(Ledger, '/o/ledger?merchant=qinghe&account=la_1');
  expect(await screen.findByText('pa_1')).toBeTruthy();
  expect(screen.getByText('7,073.51', { exact: false })).toBeTruthy();
  expect(await screen.findByText('the same')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'hd_7' }));
  expect(await within(await screen.findByRole('dialog')).findByText('own_site/main/QI1')).toBeTruthy();
});

test('a moment has its own balances', async () => {
  serverOf(common);
  await showPage(Ledger, '/o/ledger?merchant=qinghe&at=2026-01-01T00:00:00.000Z');
  expect(await screen.findByText('1.00', { exact: false })).toBeTruthy();
  expect(screen.getByText(/^Accounts and balances as of 2026-01-01/)).toBeTruthy();
});

test('what is refused says why', async () => {
  serverOf({ ...common, '/api/v1/ledger/accounts?owner=me_1': new Refused() });
  await showPage(Ledger, '/o/ledger?merchant=qinghe');
  expect((await screen.findByRole('alert')).textContent).toContain('It may not be.');
});
