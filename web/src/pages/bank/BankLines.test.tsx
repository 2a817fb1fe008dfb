// Tests of bank lines: what waits first and why, and what two people decide about one. No network, and no rule of the server.
import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Schemas } from '../../api/client';
import { list, ME, Refused, REFUSAL, serverOf, showPage, user, type Answers } from '../../testing';
import { BankLines } from './BankLines';

afterEach(() => vi.unstubAllGlobals());

type State = Schemas['LineState'];

const reason = { 'zh-CN': '付款方不一致', en: 'payer differs' };

function line(id: string, state: State, rest: Partial<Schemas['BankLine']> = {}): Schemas['BankLineObject'] {
  const may = (command: string, refusal: Schemas['Refusal'] | null = null) => ({ command, refusal });
  const isProposed = state.name === 'proposed';
  return {
    kind: 'bank_line',
    id,
    environment: 'live',
    version: 1,
    updated_at: '2026-03-02T01:00:00Z',
    allowed: [may('bank.propose_decision', isProposed ? REFUSAL : null), may('bank.confirm_decision', isProposed ? null : REFUSAL), may('bank.refuse_decision', isProposed ? null : REFUSAL), may('bank.pay_out')],
    record: {
      id,
      account: 'ba_1',
      client_money: true,
      statement: 'bs_1',
      ordinal: 1,
      amount: { amount: '6000.00', currency: 'CNY' },
      credit: true,
      reversal: false,
      booking_date: '2026-03-02',
      value_date: '2026-03-02',
      payer_name: `payer of ${id}`,
      payer_account: '6217',
      remark: 'ZT1',
      bank_reference: 'D1',
      state,
      ...rest,
    },
  };
}

const candidate: Schemas['LineCandidate'] = {
  kind: 'top_up',
  id: 'tu_1',
  merchant: { id: 'me_1', code: 'meizhou', name: 'Meizhou' },
  amount: { amount: '6000.00', currency: 'CNY' },
  party: 'Meizhou Ltd',
  reference: 'ZT1',
  state: 'in_review',
  weighed: { speaks_for: [{ code: 'a', text: { 'zh-CN': '金额一致', en: 'the amount is equal' }, figures: [] }], speaks_against: [{ code: 'b', text: reason, figures: [] }] },
  suggested: { command: 'bank.propose_decision', body: { environment: 'live', bank_account: 'ba_1', line: 'bl_1', decision: { name: 'match', merchant: 'me_1', top_up: 'tu_1' } }, to_add: ['evidence'] },
  refusal: null,
};
const closed: Schemas['LineCandidate'] = { ...candidate, id: 'tu_2', reference: 'ZT2', suggested: null, refusal: REFUSAL, weighed: { speaks_for: [], speaks_against: [] } };

const asked = (state: string) => `/api/v1/bank-lines?environment=live&order=oldest&limit=${state === 'in_review' ? '50' : '49'}&state=${state}`;

function answers(first: Schemas['BankLineObject'], rest: Answers = {}): Answers {
  return {
    '/api/v1/bank-accounts': list({ record: { id: 'ba_1', bank: 'ICBC', number: '62221234', currency: 'CNY', client_money: true } }, { record: { id: 'ba_2', bank: 'CMB', number: '62229999', currency: 'CNY', client_money: false } }),
    '/api/v1/held-statements': list(),
    '/api/v1/events': list(),
    '/api/v1/bank-lines': list(),
    [asked(first.record.state.name)]: list(first),
    [`/api/v1/bank-lines/${first.id}`]: first,
    [`/api/v1/bank-lines/${first.id}/candidates`]: { line: first.id, waits: true, reasons: [], candidates: [candidate, closed] },
    '/api/v1/top-ups/tu_1': { id: 'tu_1', record: { state: { name: 'in_review', line: 'bl_1', reasons: [] } } },
    '/api/v1/top-ups/tu_2': { id: 'tu_2', record: { state: { name: 'credited' } } },
    ...rest,
  };
}

const inReview = line('bl_1', { name: 'in_review', reasons: [reason] });

test('those that wait come first, with why; an empty queue and a refusal say so', async () => {
  serverOf(answers(inReview));
  await showPage(BankLines, '/o/bank-lines');
  const row = await screen.findByRole('row', { name: /payer of bl_1/ });
  expect(row.textContent).toContain('+6,000.00 CNY');
  expect(row.textContent).toContain('In reviewpayer differs');
  await waitFor(() => expect(row.textContent).toContain('ICBC *1234'));
});

test('nothing waits', async () => {
  serverOf({ '/api/v1/bank-lines': list(), '/api/v1/bank-accounts': list(), '/api/v1/held-statements': list() });
  await showPage(BankLines, '/o/bank-lines');
  expect(await screen.findByText('No line waits')).toBeTruthy();
});

test('what the server refuses is said', async () => {
  serverOf({ '/api/v1/bank-lines': new Refused(), '/api/v1/bank-accounts': list(), '/api/v1/held-statements': list() });
  await showPage(BankLines, '/o/bank-lines');
  expect((await screen.findByRole('alert')).textContent).toContain('It may not be.');
});

test('a person proposes with evidence, sees first what will happen, and the next case comes', async () => {
  const given = serverOf(answers(inReview, { [asked('in_review')]: list(inReview, line('bl_2', { name: 'unallocated' })), '/api/v1/commands/bank.propose_decision': { outcome: 'accepted', repeated: false, reply: {} } }));
  const address = await showPage(BankLines, '/o/bank-lines?line=bl_1');
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText('the amount is equal');
  const propose = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Propose' });
  expect(propose.disabled).toBe(true);
  const [radio, off] = within(dialog).getAllByRole<HTMLInputElement>('radio');
  expect(off?.disabled).toBe(true);
  expect(dialog.textContent).toContain('It may not be. Wait a little.');
  await user.click(radio as HTMLElement);
  expect(propose.disabled).toBe(true);
  await user.type(within(dialog).getByLabelText('How you know'), ' agreement 7 ');
  expect(propose.disabled).toBe(false);
  await user.click(propose);
  expect(given).toEqual([]);
  expect((await screen.findByText(/^Once confirmed/)).textContent).toBe('Once confirmed: 6,000.00 CNY pays top-up ZT1 of Meizhou, who asked for 6,000.00 CNY.');
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(address()).toContain('line=bl_2'));
  expect(given).toEqual([{ path: '/api/v1/commands/bank.propose_decision', body: { ...(candidate.suggested?.body as object), evidence: 'agreement 7' } }]);
});

test('a cost of the bank needs one of our accounts', async () => {
  const debit = line('bl_1', { name: 'awaits_a_person', reason: 'debit' }, { credit: false, payer_name: '' });
  const given = serverOf(answers(debit, { '/api/v1/bank-lines/bl_1/candidates': { line: 'bl_1', waits: true, reasons: [], candidates: [] }, '/api/v1/commands/bank.propose_decision': { outcome: 'accepted', repeated: false, reply: {} } }));
  await showPage(BankLines, '/o/bank-lines?line=bl_1');
  const dialog = await screen.findByRole('dialog');
  await user.click(await within(dialog).findByRole('radio', { name: /bank's cost/ }));
  await user.type(within(dialog).getByLabelText('How you know'), 'fee list');
  expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Propose' }).disabled).toBe(true);
  await user.click(within(dialog).getByRole('combobox', { name: 'Account of ours' }));
  await user.click(await screen.findByTitle(/CMB \*9999/));
  await user.click(within(dialog).getByRole('button', { name: 'Propose' }));
  await user.click(await screen.findByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(given[0]?.body).toMatchObject({ decision: { name: 'bank_cost', own_account: 'ba_2' }, evidence: 'fee list' }));
});

const proposed = (maker: string, decision: Schemas['LineDecision']) => line('bl_1', { name: 'proposed', maker, evidence: 'letter', decision, from: { name: 'unallocated' } });

test('whoever proposed it cannot confirm it, and is told so before trying', async () => {
  serverOf(answers(proposed(ME.id, { name: 'match', merchant: 'me_1', top_up: 'tu_1' })));
  await showPage(BankLines, '/o/bank-lines?line=bl_1');
  const dialog = await screen.findByRole('dialog');
  await waitFor(() => expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Confirm' }).disabled).toBe(true));
  expect(within(dialog).getAllByText(/You proposed this yourself/)).toHaveLength(2);
  expect(await within(dialog).findByText('Proposed by Me Myself')).toBeTruthy();
  expect(within(dialog).queryAllByRole('radio')).toEqual([]);
});

test('a second person sends money back, with the bank and the request that ends', async () => {
  const given = serverOf(answers(proposed('pe_other', { name: 'return_to_payer' }), { '/api/v1/commands/bank.confirm_decision': { outcome: 'accepted', repeated: false, reply: {} } }));
  await showPage(BankLines, '/o/bank-lines?line=bl_1');
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText('Also end top-up request ZT1');
  await user.type(within(dialog).getByLabelText(/Payer's bank/), 'ICBC Putian');
  await user.click(within(dialog).getByRole('button', { name: 'Confirm' }));
  expect(await screen.findByText('Top-up request ZT1 of Meizhou ends with it.')).toBeTruthy();
  await user.click(screen.getAllByRole('button', { name: 'Confirm' }).at(-1) as HTMLElement);
  await waitFor(() =>
    expect(given).toEqual([
      { path: '/api/v1/commands/bank.confirm_decision', body: { environment: 'live', bank_account: 'ba_1', line: 'bl_1', payer_bank: 'ICBC Putian', meant_for: { merchant: 'me_1', top_up: 'tu_1' } } },
    ]),
  );
  expect(await screen.findByText('6,000.00 CNY: confirmed.')).toBeTruthy();
});

test('a held statement says what is missing, and is dropped with a reason only', async () => {
  const held = {
    id: 'hs_1',
    environment: 'live',
    allowed: [{ command: 'bank.take_held_anyway', refusal: REFUSAL }, { command: 'bank.drop_held_statement', refusal: null }],
    record: { id: 'hs_1', account: 'ba_1', held_at: '2026-03-02T01:00:00Z', opening: { amount: '9.00', currency: 'CNY' }, expected_opening: { amount: '7.00', currency: 'CNY' }, draft: { statement_id: 'S-12', from: '2026-03-02', to: '2026-03-02', lines: [{}, {}] } },
  };
  const given = serverOf(answers(inReview, { '/api/v1/held-statements': list(held), '/api/v1/commands/bank.drop_held_statement': { outcome: 'accepted', repeated: false, reply: {} } }));
  await showPage(BankLines, '/o/bank-lines');
  expect(await screen.findByText(/statement S-12 of 2026-03-02 opens with 9\.00 CNY, the one before closed with 7\.00 CNY/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Decide' }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Take it anyway' }).disabled).toBe(true);
  expect(dialog.textContent).toContain('It may not be.');
  await user.type(within(dialog).getByLabelText('Why'), 'sent twice');
  await user.click(within(dialog).getByRole('button', { name: 'Drop it' }));
  await user.click(await screen.findByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(given[0]?.body).toEqual({ environment: 'live', bank_account: 'ba_1', held: 'hs_1', reason: 'sent twice' }));
});
