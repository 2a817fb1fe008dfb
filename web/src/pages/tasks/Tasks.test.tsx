// Tests of tasks: why and what to do, what ends one, and what stays. No network, and no rule of the server.
import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Schemas } from '../../api/client';
import { list, Refused, REFUSAL, serverOf, showPage, user, type Answers } from '../../testing';
import { Tasks } from '../Tasks';
import { namesOf } from './About';

afterEach(() => vi.unstubAllGlobals());

const text = (en: string) => ({ 'zh-CN': en, en });
const refusal: Schemas['Refusal'] = { code: 'orders.odd', rule: 'R4-07', figures: [{ name: 'difference', value: '10.00 CNY' }], why: text('The parts do not fit.'), cure: text('Ask the channel.') };

const frame = { environment: 'live' as const, version: 1, updated_at: '2026-03-02T01:00:00Z' };
const task: Schemas['TaskObject'] = {
  ...frame,
  kind: 'task',
  id: 'pk_1',
  allowed: [{ command: 'engine.retry_parked', refusal: null }, { command: 'engine.drop_parked', refusal: null }],
  record: { id: 'pk_1', at: '2026-03-02T01:00:00Z', command: 'orders.check', input: { channel_order: 'co_1', merchant: 'me_1' }, partition: '7', refusal },
};
const answers: Answers = {
  '/api/v1/tasks': list(task),
  '/api/v1/merchants/me_1': { record: { id: 'me_1', code: 'kunlun', name: 'Kunlun' } },
  '/api/v1/channel-orders/co_1': {
    id: 'co_1',
    allowed: [{ command: 'orders.accept', refusal: null }],
    record: { id: 'co_1', channel: 'shopify', shop: 'main', channel_order_id: '1001', merchant: 'me_1', stage: 'placed', state: { name: 'math_mismatch' }, total: { amount: '898.00', currency: 'CNY' }, updated_at: '2026-03-02T01:00:00Z' },
  },
};

async function confirmed(dialog: HTMLElement, button: string) {
  await user.click(within(dialog).getByRole('button', { name: button }));
  await user.click(await screen.findByRole('button', { name: 'Confirm' }));
}

test('a task says why, what to do and what it is about, with ways there', async () => {
  serverOf(answers);
  await showPage(Tasks, '/o/tasks');
  const row = await screen.findByRole('row', { name: /The parts do not fit/ });
  expect(row.textContent).toContain('Ask the channel.');
  expect((await within(row).findByRole('link', { name: 'shopify/main/1001' })).getAttribute('href')).toBe('/o/orders/co_1');
  expect((await within(row).findByRole('link', { name: 'Kunlun' })).getAttribute('href')).toBe('/o/accounts/kunlun');
});

test('refused again it stays, with the new reason', async () => {
  const given = serverOf({ ...answers, '/api/v1/commands/engine.retry_parked': { outcome: 'accepted', repeated: false, reply: { done: false, refusal: REFUSAL } } });
  await showPage(Tasks, '/o/tasks?task=pk_1');
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText('10.00 CNY');
  await confirmed(dialog, 'Try again');
  expect((await within(dialog).findByRole('alert')).textContent).toContain('It may not be.');
  expect(given).toEqual([{ path: '/api/v1/commands/engine.retry_parked', body: { parked: 'pk_1', partition: '7' } }]);
});

test('the order behind it is taken as it is, or nothing follows: each with a reason', async () => {
  const done = { outcome: 'accepted', repeated: false, reply: null };
  const given = serverOf({ ...answers, '/api/v1/commands/orders.accept': done, '/api/v1/commands/engine.drop_parked': done });
  await showPage(Tasks, '/o/tasks?task=pk_1');
  const dialog = await screen.findByRole('dialog');
  const accept = await within(dialog).findByRole<HTMLButtonElement>('button', { name: 'Take the order as it is' });
  expect(accept.disabled).toBe(true);
  expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Let nothing follow' }).disabled).toBe(true);
  await user.type(within(dialog).getByLabelText('Why it is right as it is'), 'asked the shop');
  await confirmed(dialog, 'Take the order as it is');
  await waitFor(() => expect(given[0]).toEqual({ path: '/api/v1/commands/orders.accept', body: { environment: 'live', merchant: 'me_1', channel_order: 'co_1', reason: 'asked the shop' } }));
});

test('effects that were given up and refused timers are tried again', async () => {
  const effect: Schemas['EffectObject'] = {
    ...frame,
    kind: 'effect',
    id: 'ef_1',
    allowed: [{ command: 'engine.retry_effect', refusal: null }],
    record: { id: 'ef_1', kind: 'notice', input: {}, attempts: 9, due_at: null, error: 'no such host', partition: '8' },
  };
  const given = serverOf({ '/api/v1/effects': list(effect), '/api/v1/commands/engine.retry_effect': { outcome: 'accepted', repeated: false, reply: null } });
  await showPage(Tasks, '/o/tasks?tab=effects&task=ef_1');
  const dialog = await screen.findByRole('dialog');
  expect(await within(dialog).findByText('no such host')).toBeTruthy();
  await user.click(within(dialog).getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(given).toEqual([{ path: '/api/v1/commands/engine.retry_effect', body: { effect: 'ef_1', partition: '8' } }]));
});

test('no refused timer, and a list that is refused', async () => {
  serverOf({ '/api/v1/timers': list(), '/api/v1/tasks': new Refused() });
  await showPage(Tasks, '/o/tasks?tab=timers');
  expect(await screen.findByText('No timer was refused')).toBeTruthy();
});

test.each([
  [{ channel_order: 'co_1', merchant: 'me_1', n: 3 }, { channel_order: 'co_1', merchant: 'me_1' }],
  [{ hold: { order: 'own_site/main/7', programme: 'p' } }, { order: 'own_site/main/7' }],
  [{ hold: 7 }, {}],
  [null, {}],
  ['text', {}],
])('%o names %o', (input, names) => {
  expect(namesOf(input)).toEqual(names);
});
