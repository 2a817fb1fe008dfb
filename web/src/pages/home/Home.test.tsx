// Tests of the first page: what waits longest stands first, with the way to it. No network, and no rule of the server.
import { screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Schemas } from '../../api/client';
import { list, Refused, serverOf, showPage } from '../../testing';
import { Home } from '../Home';
import { waiting, wayTo, type Item, type Queue } from './attention';

afterEach(() => vi.unstubAllGlobals());

const text = (en: string) => ({ 'zh-CN': en, en });

function item(id: string, rest: Partial<Item> = {}): Item {
  return { kind: 'bank_line', id, since: '2026-03-01T01:00:00Z', state: 'x', merchant: null, amount: null, name: null, reasons: [], cure: null, ...rest };
}

function queue(name: Queue['queue'], since: string | undefined, items: Item[], rest: Partial<Queue> = {}): Queue {
  return { queue: name, text: text(`queue ${name}`), yours: true, count: items.length, more: false, oldest: since === undefined ? null : { id: items[0]?.id ?? '', since }, items, ...rest };
}

const meizhou = { id: 'me_1', code: 'meizhou', name: 'Meizhou' };
const attention: Schemas['Attention'] = {
  at: '2026-03-02T01:00:00Z',
  environment: 'live',
  queues: [
    queue('client_money_short', undefined, []),
    queue('breakers_open', '2026-02-20T01:00:00Z', [
      item('pa_1', {
        kind: 'prepaid_account',
        merchant: meizhou,
        amount: { amount: '12.00', currency: 'CNY' },
        reasons: [{ code: 'a', text: text('not above the resume line'), figures: [] }],
        cure: { kept_open_by: [], needed: { amount: '88.00', currency: 'CNY' }, ways: [{ kind: 'top_up', amount: null, top_ups: [], until: null, text: text('a top-up of at least 88.00 CNY') }] },
      }),
    ]),
    queue('tasks', '2026-03-01T01:00:00Z', [item('pk_1', { kind: 'task', name: 'orders.check' })]),
    queue('withdrawals_to_approve', '2026-02-27T01:00:00Z', [item('wd_1', { kind: 'withdrawal', merchant: meizhou, amount: { amount: '800.00', currency: 'CNY' } })], { count: 100, more: true }),
    queue('tickets', '2026-03-02T00:00:00Z', [item('tk_1', { kind: 'ticket' })]),
  ],
};

const money = { owed: { amount: '70.00', currency: 'CNY' }, on_its_way: { amount: '0.00', currency: 'CNY' }, cover: { amount: '60.00', currency: 'CNY' }, excess: { amount: '0.00', currency: 'CNY' }, shortfall: { amount: '10.00', currency: 'CNY' } };

test('the longest wait first, each with its number, its first case and the way to it', async () => {
  serverOf({ '/api/v1/attention': attention, '/api/v1/client-money': { rows: [money] }, '/api/v1/client-money-days': list() });
  await showPage(Home, '/o');
  await screen.findByText('Nothing waits in: queue client_money_short.');
  const queues = screen.getByRole('heading', { name: 'What waits' }).closest('section') as HTMLElement;
  const rows = within(queues).getAllByRole('listitem').map(({ textContent }) => textContent);
  expect(rows).toEqual([
    '100+ waitqueue withdrawals_to_approveOldest: 3 days agoMeizhou 800.00 CNYOpen the first',
    '1 waitsqueue tasksOldest: 1 day agoorders.check Open the first',
    '1 waitsqueue ticketsOldest: 1 hour ago ',
  ]);
  expect(within(queues).getByRole('link', { name: 'Open the first: queue withdrawals_to_approve' }).getAttribute('href')).toBe('/o/withdrawals?withdrawal=wd_1');
  expect(screen.getByText('a top-up of at least 88.00 CNY')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Open the account: Meizhou' }).getAttribute('href')).toBe('/o/accounts/meizhou');
  expect(await screen.findByText('Money missing')).toBeTruthy();
});

test('nothing waits, and what cannot be read is said', async () => {
  serverOf({ '/api/v1/attention': { ...attention, queues: [queue('tasks', undefined, [])] }, '/api/v1/client-money': { rows: [] }, '/api/v1/client-money-days': list() });
  await showPage(Home, '/o');
  for (const says of ['Nothing waits for you', 'No promotion is stopped', 'No client money yet']) expect(await screen.findByText(says)).toBeTruthy();
});

test('a refusal takes the place of the queues', async () => {
  serverOf({ '/api/v1/attention': new Refused(), '/api/v1/client-money': { rows: [] }, '/api/v1/client-money-days': list() });
  await showPage(Home, '/o');
  expect((await screen.findByRole('alert')).textContent).toContain('It may not be.');
});

test.each<[Queue['queue'], string | undefined]>([
  ['bank_lines', '/o/bank-lines'],
  ['bank_lines_unallocated', '/o/bank-lines'],
  ['bank_decisions', '/o/bank-lines'],
  ['held_statements', '/o/bank-lines'],
  ['top_ups_in_review', '/o/bank-lines'],
  ['withdrawals_to_send', '/o/withdrawals'],
  ['withdrawals_failed', '/o/withdrawals'],
  ['accounts_to_confirm', '/o/accounts/$code'],
  ['policies_proposed', '/o/policies'],
  ['dead_effects', '/o/tasks'],
  ['dead_timers', '/o/tasks'],
  ['payment_files_to_release', undefined],
  ['connections_in_trouble', undefined],
])('%s is dealt with at %s', (name, way) => {
  expect(wayTo(queue(name, undefined, [item('x_1', { merchant: meizhou })]))?.to).toBe(way);
  expect(wayTo(queue(name, undefined, []))).toBeUndefined();
});

test('empty queues and stopped promotions are no work in the list', () => {
  expect(waiting(attention).map((one) => one.queue)).toEqual(['withdrawals_to_approve', 'tasks', 'tickets']);
});
