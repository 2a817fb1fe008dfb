// Tests of the page of figures: what holds in words, what two people decide, and what stays typed. No network, and no rule of the
// server.
import { screen, waitFor, within } from '@testing-library/react';
import user from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { list, REFUSAL, Refused, serverOf, showPage, type Answers } from '../../testing';
import { Policies } from './Policies';

afterEach(() => vi.unstubAllGlobals());

const prepaid = { suspend_below_minor: 100_000, recheck_minutes: 60, alert_repeat_at: [540], model: 'principal', vat_bps: 600, of_tomorrow: 7 };
const version = (refusal: typeof REFUSAL | null) => ({
  kind: 'policy',
  id: 'po_1',
  environment: 'live',
  allowed: [
    { command: 'policy.confirm', refusal },
    { command: 'policy.drop', refusal: null },
  ],
  record: { id: 'po_1', subject: 'prepaid', figures: '{"recheck_minutes":30}', maker: 'li', reason: 'too slow', valid_from: '2036-03-02T00:00:00Z', state: { name: 'proposed' } },
});
const common: Answers = {
  '/api/v1/policies/in-force': { at: '2026-03-02T01:00:00Z', prepaid, ranges: [{ subject: 'prepaid', name: 'recheck_minutes', least: 1, most: 1440, default: 20, value: 60, unit: 'minutes' }] },
  '/api/v1/policies': list(version(null)),
  '/api/v1/policies/po_1': version(null),
  '/api/v1/merchants': list(),
};

test('what holds is said in words, also what has none', async () => {
  serverOf(common);
  await showPage(Policies, '/o/policies');
  const row = (await screen.findByText('Promotions stop below')).closest('tr');
  expect(row?.textContent).toBe('Promotions stop below1,000.00');
  expect(screen.getByText('09:00')).toBeTruthy();
  expect(screen.getByText('6.00 %')).toBeTruthy();
  expect(screen.getByText('of_tomorrow')).toBeTruthy();
});

test('what cannot be read says why', async () => {
  serverOf({ ...common, '/api/v1/policies/in-force': new Refused() });
  await showPage(Policies, '/o/policies');
  expect((await screen.findByRole('alert')).textContent).toContain('It may not be.');
});

test('a second person confirms beside what holds now', async () => {
  const given = serverOf({ ...common, '/api/v1/commands/policy.confirm': { outcome: 'accepted', repeated: false, reply: {} } });
  await showPage(Policies, '/o/policies?tab=versions&version=po_1');
  const drawer = await screen.findByRole('dialog');
  expect((await within(drawer).findByText('Looked at again every')).closest('tr')?.textContent).toBe('Looked at again every60 minutes30 minutes');
  await user.click(within(drawer).getByRole('button', { name: 'Confirm the change' }));
  await user.click(await screen.findByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(given).toEqual([{ path: '/api/v1/commands/policy.confirm', body: { environment: 'live', policy: 'po_1' } }]));
});

test('who may not confirm sees why', async () => {
  serverOf({ ...common, '/api/v1/policies/po_1': version(REFUSAL) });
  await showPage(Policies, '/o/policies?tab=versions&version=po_1');
  expect((await screen.findByRole<HTMLButtonElement>('button', { name: 'Confirm the change' })).disabled).toBe(true);
  expect(screen.getByText('It may not be. Wait a little. (Rule R5-01)')).toBeTruthy();
});

test('only what differs is to be sent, and a text that is no figure is told at its place', async () => {
  serverOf(common);
  await showPage(Policies, '/o/policies');
  await user.click(await screen.findByRole('button', { name: 'Propose a change' }));
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Looked at again every' });
  await user.clear(field);
  await user.type(field, '30');
  expect(screen.getByText('Looked at again every: 60 minutes \u2192 30 minutes')).toBeTruthy();
  await user.clear(field);
  await user.type(field, 'x');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Propose' }).disabled).toBe(true);
});
