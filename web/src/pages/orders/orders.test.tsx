// Tests of orders: what is odd is said, money and fees are found, every message is marked, and who accepts says why. No network, and
// no rule of the server.
import { screen, waitFor, within } from '@testing-library/react';
import user from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { Schemas } from '../../api/client';
import { list, REFUSAL, Refused, serverOf, showPage, type Answers } from '../../testing';
import { Order } from './Order';
import { Orders } from './Orders';

afterEach(() => vi.unstubAllGlobals());

const cny = (amount: string) => ({ amount, currency: 'CNY' });
const unmapped = [{ field: 'status', value: 'awaiting-pickup', code: 'import.unknown_word' }];

function order(rest: Partial<Schemas['ChannelOrder']> = {}, refusal: Schemas['Refusal'] | null = null): Schemas['ChannelOrderObject'] {
  const id = 'co_024CBF1W800009';
  return {
    kind: 'channel_order',
    id,
    environment: 'live',
    version: 2,
    updated_at: '2026-03-02T01:00:00Z',
    allowed: [{ command: 'orders.accept', refusal }],
    record: {
      id,
      merchant: 'me_024CBF1W800009',
      channel: 'woocommerce',
      shop: 'main',
      channel_order_id: '4465',
      kind: 'sale',
      stage: 'unknown',
      sold_on: 'external',
      money_held_by: 'merchant',
      fulfilled_by: 'merchant',
      hash: 'b',
      version: 2,
      updated_at: '2026-03-02T00:00:00Z',
      total: cny('459.00'),
      state: { name: 'unmapped', fields: 1 },
      unmapped,
      task: 'pk_024CBF1W800009',
      messages: [],
      ...rest,
    },
  };
}

function message(hash: string, stage: Schemas['OrderStage'], status: unknown): Schemas['ChannelMessage'] {
  const detail = { status, money: { total: cny('459.00'), shipping: cny('0.00') }, lines: [{ channel_line_id: '1', sku: 'K-900', title: 'Tent', qty: 1, line_total: cny('459.00') }] };
  const snapshot: Schemas['Snapshot'] = {
    channel: 'woocommerce',
    shop: 'main',
    channel_order_id: '4465',
    currency: 'CNY',
    placed_at: '2026-03-01T00:00:00Z',
    updated_at: '2026-03-01T00:00:00Z',
    status: 'placed',
    shipped_at: null,
    completed_at: null,
    cancelled_at: null,
    lines: [],
    refunds: [],
    promotions: [{ programme: 'baitiao', promotion: 'p', rate_bps: 450, funded_share_bps: 10_000, lines: ['1'] }],
    total: cny('459.00'),
  };
  return {
    id: `cm_${hash}`,
    order: 'co_024CBF1W800009',
    applied: true,
    message: {
      channel: 'woocommerce',
      shop: 'main',
      channel_order_id: '4465',
      hash,
      received_at: hash === 'a' ? '2026-03-01T01:00:00Z' : '2026-03-02T01:00:00Z',
      updated_at: '2026-03-01T00:00:00Z',
      kind: 'sale',
      stage,
      sold_on: 'external',
      money_held_by: 'merchant',
      fulfilled_by: 'merchant',
      cancel_requested: false,
      detail: JSON.stringify(detail),
      snapshot,
      ...(stage === 'unknown' && { unmapped }),
    },
  };
}

const merchant = { kind: 'merchant', id: 'me_024CBF1W800009', record: { id: 'me_024CBF1W800009', code: 'kunlun', name: 'Kunlun', company: 'Kunlun Ltd' }, allowed: [] };
const hold = { record: { id: 'hd_1', state: 'frozen', charged: cny('20.66'), frozen: cny('20.66'), owed: cny('0.00'), settled: cny('0.00'), released: cny('0.00'), refunded: cny('0.00') } };
const common: Answers = {
  '/api/v1/merchants/me_024CBF1W800009': merchant,
  '/api/v1/merchants': list(merchant),
  '/api/v1/tasks/pk_024CBF1W800009': { record: { refusal: { ...REFUSAL, why: { 'zh-CN': '有未知内容。', en: 'A word of it is not known.' } } } },
  '/api/v1/channel-orders/co_024CBF1W800009': order(),
  '/api/v1/channel-orders/co_024CBF1W800009/messages': { rows: [message('a', 'placed', 'placed'), message('b', 'unknown', { other: 'awaiting-pickup' })] },
  '/api/v1/events': list(),
  '/api/v1/merchants/kunlun/fees': { rows: [{ hold: 'hd_0', order: 'woocommerce/main/1' }, { hold: 'hd_1', order: 'woocommerce/main/4465' }] },
  '/api/v1/holds/hd_1': hold,
};
const ROW = '/api/v1/channel-orders';

test('the list says whose each is, for how much, and what is odd about it', async () => {
  serverOf({ ...common, [ROW]: list(order(), order({ id: 'co_2', channel_order_id: '4466', state: { name: 'math_mismatch', difference_minor: -1_000 }, unmapped: [] })) });
  await showPage(Orders, '/o/orders');
  expect(await screen.findByText('status says "awaiting-pickup", which nobody knows')).toBeTruthy();
  expect(screen.getByText('The parts differ from the total by \u221210.00 CNY')).toBeTruthy();
  expect(screen.getAllByText('459.00', { exact: false })).toHaveLength(2);
  expect(await screen.findAllByTitle('Kunlun Ltd')).toHaveLength(2);
});

test('an empty list teaches, a refused one says why', async () => {
  serverOf({ ...common, [ROW]: list() });
  await showPage(Orders, '/o/orders');
  expect(await screen.findByText('No order yet')).toBeTruthy();
});

test('a refused list says why', async () => {
  serverOf({ ...common, [ROW]: new Refused() });
  await showPage(Orders, '/o/orders');
  expect((await screen.findByRole('alert')).textContent).toContain('It may not be.');
  expect(screen.queryByText('No order yet')).toBeNull();
});

test('an order says what it waits for, its money, our fee, and marks what nobody knows', async () => {
  serverOf(common);
  await showPage(Order, '/o/orders/co_024CBF1W800009');
  expect(await screen.findByText('A word of it is not known.', { exact: false })).toBeTruthy();
  expect(await screen.findByText('hd_1')).toBeTruthy();
  expect(screen.getAllByText('20.66', { exact: false })).toHaveLength(2);
  expect(screen.getByRole('rowheader', { name: 'Tent K-900' })).toBeTruthy();
  // The nought of shipping is no line of the receipt.
  expect(screen.queryByText('Shipping')).toBeNull();
  const marks = screen.getAllByText('not known');
  expect(marks[0]?.closest('tr')?.textContent).toContain('status.otherawaiting-pickup');
  expect(screen.getAllByText('A word that nobody knows')).toHaveLength(1);
});

test('who accepts it says why; where nothing waits the server says so', async () => {
  const given = serverOf({ ...common, '/api/v1/commands/orders.accept': { outcome: 'accepted', repeated: false, reply: {} } });
  await showPage(Order, '/o/orders/co_024CBF1W800009');
  await user.click(await screen.findByRole('button', { name: 'Accept it as it is' }));
  const dialog = await screen.findByRole('dialog');
  await user.type(within(dialog).getByLabelText('Why (is kept)'), 'it is fine');
  await user.click(within(dialog).getByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(given).toEqual([{ path: '/api/v1/commands/orders.accept', body: { environment: 'live', merchant: 'me_024CBF1W800009', channel_order: 'co_024CBF1W800009', reason: 'it is fine' } }]));
});

test('an order of which nothing waits has its action closed with the reason', async () => {
  serverOf({ ...common, '/api/v1/channel-orders/co_024CBF1W800009': order({ state: { name: 'mapped' }, unmapped: [], task: null }, REFUSAL) });
  await showPage(Order, '/o/orders/co_024CBF1W800009');
  expect((await screen.findByRole<HTMLButtonElement>('button', { name: 'Accept it as it is' })).disabled).toBe(true);
  expect(screen.getByText('It may not be. Wait a little. (Rule R5-01)')).toBeTruthy();
});
