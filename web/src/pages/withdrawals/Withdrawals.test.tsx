// Tests of withdrawals: what each waits for, and what may be done with one by whom. No network, and no rule of the server.
import { screen, waitFor, within } from '@testing-library/react';
import i18next from 'i18next';
import { afterEach, expect, test, vi } from 'vitest';
import type { Schemas } from '../../api/client';
import { list, ME, REFUSAL, serverOf, showPage, user, type Answers } from '../../testing';
import { toneOf, whyOf, type Withdrawal } from './states';
import { Withdrawals } from './Withdrawals';

afterEach(() => vi.unstubAllGlobals());

const COMMANDS = ['prepaid.approve_withdrawal', 'prepaid.reject_withdrawal', 'prepaid.cancel_withdrawal', 'prepaid.send_withdrawal', 'prepaid.retry_withdrawal', 'prepaid.reverse_withdrawal'];

function withdrawal(state: Schemas['WithdrawalState'], rest: Partial<Withdrawal> = {}): Withdrawal {
  return {
    id: 'wd_1',
    account: 'pa_1',
    programme: 'pg_1',
    amount: { amount: '800.00', currency: 'CNY' },
    to: { bank: 'CMB', account_no: '62148888', holder: 'Kunlun Ltd' },
    maker: 'kunlun',
    requested_at: '2026-03-02T01:00:00Z',
    first_use: false,
    needs_finance: true,
    approvals: [],
    attempt: 0,
    payment: null,
    failures: [],
    evidence: '',
    state,
    ...rest,
  };
}

function answers(record: Withdrawal, may: readonly string[], rest: Answers = {}): Answers {
  const object: Schemas['WithdrawalObject'] = {
    kind: 'withdrawal',
    id: record.id,
    environment: 'live',
    version: 1,
    updated_at: '2026-03-02T01:00:00Z',
    allowed: COMMANDS.map((command) => ({ command, refusal: may.includes(command) ? null : REFUSAL })),
    record,
  };
  return {
    '/api/v1/withdrawals': list(),
    [`/api/v1/withdrawals?environment=live&order=oldest&limit=50&state=${record.state.name}`]: list(object),
    '/api/v1/withdrawals/wd_1': object,
    '/api/v1/bank-accounts': list(
      { record: { id: 'ba_1', bank: 'ICBC', number: '62221234', currency: 'CNY', client_money: true } },
      { record: { id: 'ba_2', bank: 'HSBC', number: '1234', currency: 'USD', client_money: true } },
    ),
    '/api/v1/prepaid-accounts/pa_1': { record: { id: 'pa_1', merchant: 'me_1' } },
    '/api/v1/merchants/me_1': { record: { id: 'me_1', code: 'kunlun', name: 'Kunlun' } },
    '/api/v1/events': list({ id: 'ev_1', at: '2026-03-02T01:00:00Z', actor: 'kunlun', command: 'x', event: { type: 'requested' } }),
    ...rest,
  };
}

const requested = withdrawal({ name: 'requested' });
const done = { outcome: 'accepted', repeated: false, reply: {} };

test('those that wait, with what for; nothing waits', async () => {
  serverOf(answers(requested, []));
  await showPage(Withdrawals, '/o/withdrawals');
  const row = await screen.findByRole('row', { name: /Kunlun Ltd/ });
  expect(row.textContent).toContain('To approveWaits for settlement operations to approve.');
  expect(row.textContent).toContain('CMB *8888');
});

test('nothing waits', async () => {
  serverOf({ '/api/v1/withdrawals': list() });
  await showPage(Withdrawals, '/o/withdrawals');
  expect(await screen.findByText('No withdrawal waits')).toBeTruthy();
});

test('the next role approves, after it was told what follows; what cannot be done is said', async () => {
  const may = ['prepaid.approve_withdrawal', 'prepaid.reject_withdrawal'];
  const given = serverOf(answers(requested, may, { '/api/v1/commands/prepaid.approve_withdrawal': done }));
  await showPage(Withdrawals, '/o/withdrawals?withdrawal=wd_1');
  const dialog = await screen.findByRole('dialog');
  await user.click(await within(dialog).findByRole('button', { name: 'Approve for settlement operations' }));
  expect(await screen.findByText('Finance must approve too before 800.00 CNY may be paid to Kunlun Ltd (CMB 62148888).')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(given[0]).toEqual({ path: '/api/v1/commands/prepaid.approve_withdrawal', body: { environment: 'live', merchant: 'me_1', withdrawal: 'wd_1', role: 'operations' } }));
});

test('whoever approved it first does not approve it again', async () => {
  const approvals = [{ actor: ME.id, role: 'operations' as const, at: '2026-03-02T01:00:00Z' }];
  serverOf(answers(withdrawal({ name: 'requested' }, { approvals }), ['prepaid.approve_withdrawal']));
  await showPage(Withdrawals, '/o/withdrawals?withdrawal=wd_1');
  const approve = await screen.findByRole<HTMLButtonElement>('button', { name: 'Approve for finance' });
  await waitFor(() => expect(approve.disabled).toBe(true));
  expect(screen.getByText('You asked for it or approved it: somebody else must do this (R1-27).')).toBeTruthy();
});

test('it is paid from an account of its currency', async () => {
  const approved = withdrawal({ name: 'approved', at: '2026-03-02T01:00:00Z' });
  const given = serverOf(answers(approved, ['prepaid.send_withdrawal'], { '/api/v1/commands/prepaid.send_withdrawal': done }));
  await showPage(Withdrawals, '/o/withdrawals?withdrawal=wd_1');
  const dialog = await screen.findByRole('dialog');
  const pay = await within(dialog).findByRole<HTMLButtonElement>('button', { name: 'Pay' });
  expect(pay.disabled).toBe(true);
  await user.click(within(dialog).getByRole('combobox', { name: 'Paid from' }));
  await user.click(await screen.findByTitle(/ICBC \*1234/));
  expect(screen.queryByTitle(/HSBC/)).toBeNull();
  await user.click(pay);
  expect(await screen.findByText('800.00 CNY is paid from ICBC *1234 to Kunlun Ltd (CMB 62148888) with the next payment file.')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(given).toEqual([{ path: '/api/v1/commands/prepaid.send_withdrawal', body: { environment: 'live', merchant: 'me_1', withdrawal: 'wd_1', bank_account: 'ba_1' } }]));
});

test('it is rejected with a code', async () => {
  const given = serverOf(answers(requested, ['prepaid.reject_withdrawal'], { '/api/v1/commands/prepaid.reject_withdrawal': done }));
  await showPage(Withdrawals, '/o/withdrawals?withdrawal=wd_1');
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText('Fill in a reason first.');
  await user.click(within(dialog).getByRole('button', { name: 'wrong_card' }));
  await user.click(within(dialog).getByRole('button', { name: 'Reject' }));
  await user.click(await screen.findByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(given).toEqual([{ path: '/api/v1/commands/prepaid.reject_withdrawal', body: { environment: 'live', merchant: 'me_1', withdrawal: 'wd_1', reason: 'wrong_card' } }]));
});

const at = '2026-03-02T01:00:00Z';
test.each<[Schemas['WithdrawalState'], string, string]>([
  [{ name: 'new' }, 'nothing', ''],
  [{ name: 'sent', at, answer_by: at }, 'us', 'The bank has the payment and has not answered yet.'],
  [{ name: 'paid', at }, 'done', 'The merchant has the money.'],
  [{ name: 'rejected', at, by: 'li', reason: 'wrong_card' }, 'stopped', 'li rejected it: wrong_card.'],
  [{ name: 'cancelled', at, by: 'kunlun' }, 'nothing', 'kunlun cancelled it.'],
  [{ name: 'in_manual', since: at, cause: 'failed' }, 'you', 'The bank refused the payment: pay again, or reverse.'],
  [{ name: 'reversed', at, by: 'li' }, 'done', 'li gave it back to the account.'],
  [{ name: 'given_back', at, line: 'bl_1', maker: 'li', checker: 'wang' }, 'done', 'li proposed and wang confirmed: the account has the money again.'],
])('%o is %s: %s', (state, tone, why) => {
  expect([toneOf(state.name), whyOf(withdrawal(state), i18next.t, (actor) => actor)]).toEqual([tone, why]);
});
