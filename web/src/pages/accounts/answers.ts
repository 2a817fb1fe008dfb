// Answers as the server gives them, for the tests of these pages. Never part of a release, and no real company's data.
import type { Listed, Schemas } from '../../api/client';

const cny = (amount: string): Schemas['Money'] => ({ amount, currency: 'CNY' });

export const refusal: Schemas['Refusal'] = { code: 'prepaid.account.not_active', rule: 'R1-14', figures: [], why: { 'zh-CN': 'zh: closed', en: 'It is closed.' }, cure: { 'zh-CN': 'zh: open another', en: 'Open another.' } };

export const merchant: Listed<'/api/v1/merchants'> = {
  kind: 'merchant',
  id: 'me_024CBF1W800009',
  environment: 'live',
  version: 1,
  updated_at: '2026-03-01T00:00:00Z',
  allowed: [],
  record: { id: 'me_024CBF1W800009', code: 'tea', name: 'Tea', company: 'Tea Ltd', supply: 'self_run', state: { name: 'active', registered_at: '2026-03-01T00:00:00Z' } },
};

export const account: Listed<'/api/v1/prepaid-accounts'> = {
  kind: 'prepaid_account',
  id: 'pa_024CBF1W800009',
  environment: 'live',
  version: 7,
  updated_at: '2026-03-01T00:00:00Z',
  allowed: [
    { command: 'prepaid.request_top_up', refusal: null },
    { command: 'prepaid.set_alerts', refusal: null },
  ],
  record: {
    id: 'pa_024CBF1W800009',
    merchant: 'me_024CBF1W800009',
    programme: 'pg_024CBF1W800009',
    company: 'Tea Ltd',
    currency: 'CNY',
    state: { name: 'active', activated_at: '2026-03-01T00:00:00Z' },
    breaker: 'open',
    alert: { warning: cny('2000.00'), suspend: cny('1000.00'), contacts: [{ email: 'finance@tea.example' }] },
    arrears_head: null,
    arrears_tail: null,
    open_topups: ['tu_024CBF1W800009'],
    wire_account: { holder: 'Tea Ltd', bank: 'Bank of Leaves', account_no: '6217', in_force: true, source: 'supplier' },
  },
};

export const standing: Schemas['AccountStanding'] = {
  account: 'pa_024CBF1W800009',
  merchant: { id: 'me_024CBF1W800009', code: 'tea', name: 'Tea' },
  programme: 'pg_024CBF1W800009',
  currency: 'CNY',
  state: { name: 'active', activated_at: '2026-03-01T00:00:00Z' },
  available: cny('529.16'),
  frozen: cny('3320.19'),
  owed: cny('0.00'),
  in_withdrawal: cny('0.00'),
  unfunded: cny('0.00'),
  breaker: { state: 'open', since: '2026-03-01T00:00:00Z', opened_at: '2026-03-01T00:00:00Z', cause: { code: 'prepaid.breaker.fell_below', text: { 'zh-CN': 'zh: too little', en: 'Too little is left.' }, figures: [] }, recheck_at: null },
  lines: { warning: cny('2000.00'), suspend: cny('1000.00'), resume_above: cny('1000.00'), floor: cny('200.00') },
  cure: {
    kept_open_by: [{ code: 'prepaid.breaker.too_little', text: { 'zh-CN': 'zh: not above', en: 'Not above the line.' }, figures: [] }],
    needed: cny('470.85'),
    ways: [{ kind: 'top_up', amount: cny('3000.00'), top_ups: [], until: null, text: { 'zh-CN': 'zh: by wire', en: 'A top-up by wire.' } }],
  },
  alarm: { since: '2026-03-01T00:00:00Z' },
  restriction: null,
  promotions: [{ id: 'pm_024CBF1W800009', name: 'Spring', state: { name: 'suspended', cause: 'breaker', begun: true }, starts_at: '2026-02-01T00:00:00Z', ends_at: '2026-05-01T00:00:00Z' }],
  open_top_ups: [{ id: 'tu_024CBF1W800009', amount: cny('6000.00'), payer: 'Tea Ltd', remark_code: 'ZTDJ05E801K', requested_at: '2026-03-01T00:00:00Z', expires_at: '2026-03-16T00:00:00Z', state: 'awaiting_funds', lines: [] }],
  open_withdrawals: [],
};

export const topUp: Listed<'/api/v1/top-ups'> = {
  kind: 'top_up',
  id: 'tu_024CBF1W800009',
  environment: 'live',
  version: 1,
  updated_at: '2026-03-01T00:00:00Z',
  allowed: [{ command: 'prepaid.cancel_top_up', refusal: null }],
  record: { id: 'tu_024CBF1W800009', account: 'pa_024CBF1W800009', amount: cny('3000.00'), payer: 'Tea Ltd', payer_key: 'TEALTD', remark_code: 'ZTDJ05E801K', requested_at: '2026-03-01T00:00:00Z', state: { name: 'awaiting_funds', expires_at: '2026-03-16T00:00:00Z' } },
};

export const promotion: Listed<'/api/v1/promotions'> = {
  kind: 'promotion',
  id: 'pm_024CBF1W800009',
  environment: 'live',
  version: 3,
  updated_at: '2026-03-01T00:00:00Z',
  allowed: [
    { command: 'prepaid.suspend_promotion', refusal: null },
    { command: 'prepaid.resume_promotion', refusal },
    { command: 'prepaid.end_promotion', refusal: null },
  ],
  record: {
    id: 'pm_024CBF1W800009',
    account: 'pa_024CBF1W800009',
    programme: 'pg_024CBF1W800009',
    name: 'Spring',
    funded: 10_000,
    products: 'all',
    terms: [{ code: '3', rate: 230 }],
    starts_at: '2026-02-01T00:00:00Z',
    ends_at: '2026-05-01T00:00:00Z',
    state: { name: 'suspended', cause: 'breaker', begun: true },
  },
};
