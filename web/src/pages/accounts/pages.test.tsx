// Tests of the pages of prepaid accounts and promotions as people meet them, with answers as the server gives them: loading, empty,
// refused, filled. The network is stood in for: no test leaves the machine.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { cleanup, configure, render, screen, waitFor, within } from '@testing-library/react';
import user from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { Listed, Schemas } from '../../api/client';
import { makeRouter } from '../../app/router';
import { account, merchant, promotion, refusal, standing, topUp } from './answers';

// Pages are loaded when they are asked for.
configure({ asyncUtilTimeout: 10_000 });

type Answers = Record<string, (url: URL, request: Request) => unknown>;

const session = { person: { id: 'pe_1', login: 'li', name: 'Li', must_change: false, language: 'en', roles: ['settlement'], merchants: [], second_factor: true, needs_second_factor: false, permissions: ['work.read', 'money.read', 'orders.read', 'bank.read', 'policies.read', 'system.read', 'exports.ask'] } };
const page = (rows: unknown[]) => ({ rows, next_after: null });
const days: Schemas['BalanceDays'] = { account: standing.account, currency: 'CNY', from: '2026-03-01', to: '2026-03-01', days: [], breaker: [] };
const attention: Schemas['Attention'] = { at: '2026-03-02T00:00:00Z', environment: 'live', queues: [] };

/** What every page asks besides. */
const always: Answers = {
  '/api/v1/session': () => session,
  '/api/v1/attention': () => attention,
  '/api/v1/merchants/tea': () => merchant,
  '/api/v1/merchants/me_024CBF1W800009': () => merchant,
  '/api/v1/prepaid-accounts': () => page([account]),
  '/api/v1/prepaid-accounts/pa_024CBF1W800009': () => account,
  '/api/v1/merchants/tea/balance-days': () => days,
};

function shows(path: string, answers: Answers) {
  const asked: Request[] = [];
  vi.stubGlobal('scrollTo', () => undefined);
  vi.stubGlobal(
    'fetch',
    vi.fn<typeof fetch>(async (input) => {
      const request = input as Request;
      asked.push(request.clone());
      const url = new URL(request.url);
      const answer = { ...always, ...answers }[url.pathname]?.(url, request);
      const body = await answer;
      const status = typeof body === 'object' && body !== null && 'code' in body && 'status' in body ? Number(body.status) : answer === undefined ? 404 : 200;
      return new Response(JSON.stringify(body ?? { ...refusal, status: 404 }), { status });
    }),
  );
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = makeRouter(client);
  router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [path] }) });
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { asked, router };
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('a stopped account says first why, since when, which, and what brings them back', async () => {
  shows('/o/accounts/tea', { '/api/v1/merchants/tea/standing': () => standing });
  const stopped = await screen.findByRole('region', { name: /Promotions are stopped since/ });
  for (const text of ['Too little is left.', 'Not above the line.', '470.85', 'ZTDJ05E801K', '6,000.00']) expect(within(stopped).getAllByText(text, { exact: false }).length).toBeGreaterThan(0);
  expect(within(stopped).getByRole('link', { name: 'Spring' }).getAttribute('href')).toBe('/o/promotions/pm_024CBF1W800009');
  expect(screen.getByText(/the merchant's wire/)).toBeTruthy();
  const main = screen.getByRole('main');
  expect(main.textContent.indexOf('What brings them back')).toBeLessThan(main.textContent.indexOf('Overview'));
});

test('a wire that waits for a person leads to its line in the bank inbox', async () => {
  const came = { line: 'bl_024CBF1W800009', amount: { amount: '6000.00', currency: 'CNY' }, state: 'in_review', weighed: { speaks_for: [], speaks_against: [{ code: 'prepaid.match.payer_differs', text: { 'zh-CN': '不一致', en: 'The payer differs.' }, figures: [] }] } };
  const waits: Schemas['AccountStanding'] = { ...standing, open_top_ups: standing.open_top_ups.map((one) => ({ ...one, expires_at: null, lines: [came] })) };
  shows('/o/accounts/tea', { '/api/v1/merchants/tea/standing': () => waits });
  const link = await screen.findByRole('link', { name: 'Open the bank line' });
  expect(link.getAttribute('href')).toBe('/o/bank-lines?line=bl_024CBF1W800009');
  expect(screen.getByText('The payer differs.')).toBeTruthy();
  expect(screen.getByText(/finance, to say whose the wire is/)).toBeTruthy();
});

test('an account that runs shows no alarm, and what is refused with the reason of the server', async () => {
  const runs: Schemas['AccountStanding'] = { ...standing, breaker: { state: 'closed', since: null, opened_at: null, cause: null, recheck_at: null }, cure: null, alarm: null, open_top_ups: [] };
  const closed: Listed<'/api/v1/prepaid-accounts'> = { ...account, allowed: [{ command: 'prepaid.request_top_up', refusal }] };
  shows('/o/accounts/tea', { '/api/v1/merchants/tea/standing': () => runs, '/api/v1/prepaid-accounts': () => page([closed]) });
  const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Top up' });
  expect(button.disabled).toBe(true);
  expect(screen.getByText('It is closed. Open another. (Rule R1-14)')).toBeTruthy();
  expect(screen.queryByText(/Promotions are stopped since/)).toBeNull();
  expect(screen.queryByRole('button', { name: 'Withdraw' })).toBeNull();
});

test('a merchant without an account is told so, and one that is not there is refused', async () => {
  shows('/o/accounts/tea', { '/api/v1/prepaid-accounts': () => page([]) });
  expect(await screen.findByText('This merchant has no prepaid account. It needs one to top up and to promote.')).toBeTruthy();
  cleanup();
  shows('/o/accounts/nobody', { '/api/v1/prepaid-accounts': () => ({ ...refusal, status: 404 }) });
  expect((await screen.findByRole('alert')).textContent).toContain('It is closed.');
});

test('a top-up is asked for exactly as typed, and what to write into the wire is the answer', async () => {
  const reply: Schemas['TopUpReply'] = { amount: { amount: '3000.00', currency: 'CNY' }, payer: 'Tea Ltd', remark_code: 'ZTDJ05E801K', state: { name: 'awaiting_funds', expires_at: '2026-03-16T00:00:00Z' }, top_up: 'tu_024CBF1W800009' };
  const { asked, router } = shows('/o/accounts/tea?tab=top-ups&new=1', {
    '/api/v1/merchants/tea/standing': () => standing,
    '/api/v1/merchants/tea/how-to-pay': () => ({ payer: 'Tea Ltd', least: { amount: '3000.00', currency: 'CNY' }, receivers: [{ holder: 'Platform', bank: 'Bank of Ports', number: '6222' }], waiting: [] }),
    '/api/v1/commands/prepaid.request_top_up': () => ({ outcome: 'accepted', repeated: false, reply }),
    '/api/v1/top-ups': () => page([topUp]),
    '/api/v1/top-ups/tu_024CBF1W800009': () => topUp,
  });
  await user.type(await screen.findByLabelText('Amount to top up'), '3,000');
  await waitFor(() => expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Next' }).disabled).toBe(false));
  await user.click(screen.getByRole('button', { name: 'Next' }));
  expect(screen.getByText('Tea Ltd')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Next' }));
  await user.click(screen.getByRole('button', { name: 'Ask for it' }));
  expect(await screen.findByText('Write this into the wire')).toBeTruthy();
  for (const text of ['3,000.00', 'ZTDJ05E801K', '6222', 'Platform']) expect(screen.getByText(text)).toBeTruthy();
  const command = asked.find(({ url }) => url.endsWith('request_top_up'));
  expect(await command?.json()).toEqual({ environment: 'live', merchant: 'me_024CBF1W800009', programme: 'baitiao', amount: { amount: '3000.00', currency: 'CNY' } });
  await user.click(screen.getByRole('button', { name: 'Follow it' }));
  await waitFor(() => expect(router.state.location.search).toEqual({ tab: 'top-ups', open: 'tu_024CBF1W800009' }));
});

test('the list of accounts says what is wrong and what to do, and teaches when it is empty', async () => {
  shows('/o/accounts', { '/api/v1/merchants': () => page([merchant]), '/api/v1/merchants/tea/standing': () => standing });
  const row = (await screen.findByText('tea')).closest('tr') as HTMLElement;
  expect(within(row).getByText('Promotions stopped')).toBeTruthy();
  expect(within(row).getByText('Not above the line.')).toBeTruthy();
  expect(within(row).getByText('A top-up by wire.')).toBeTruthy();
  cleanup();
  shows('/o/accounts', { '/api/v1/merchants': () => page([]) });
  expect(await screen.findByText('No merchant yet')).toBeTruthy();
  cleanup();
  shows('/o/accounts', { '/api/v1/merchants': () => ({ ...refusal, status: 403 }) });
  expect((await screen.findByRole('alert')).textContent).toContain('It is closed.');
});

test('a promotion that stopped says why and what brings it back; one that ended offers nothing', async () => {
  shows('/o/promotions/pm_024CBF1W800009', { '/api/v1/promotions/pm_024CBF1W800009': () => promotion, '/api/v1/events': () => page([]) });
  expect(await screen.findByRole('heading', { name: 'Stopped: the merchant has too little money' })).toBeTruthy();
  expect(screen.getByRole('link', { name: /See the account of Tea/ }).getAttribute('href')).toBe('/o/accounts/tea');
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Let it go on' }).disabled).toBe(true);
  expect(screen.getByText('2.3%')).toBeTruthy();
  cleanup();
  const ended = { ...promotion, record: { ...promotion.record, state: { name: 'ended', ending: 'period', at: '2026-03-01T00:00:00Z' } } };
  shows('/o/promotions/pm_024CBF1W800009', { '/api/v1/promotions/pm_024CBF1W800009': () => ended, '/api/v1/events': () => page([]) });
  expect(await screen.findByText('Nothing can be done just now')).toBeTruthy();
});

test('promotions of all merchants are asked for by state and merchant, each with its merchant', async () => {
  const { asked } = shows('/o/promotions?state=suspended&merchant=tea', { '/api/v1/promotions': () => page([promotion]) });
  const row = (await screen.findByText('Spring')).closest('tr') as HTMLElement;
  expect(within(row).getByRole('link', { name: 'Tea' })).toBeTruthy();
  expect(within(row).getByText('Too little money')).toBeTruthy();
  const list = asked.map(({ url }) => new URL(url)).find(({ pathname }) => pathname === '/api/v1/promotions');
  expect(Object.fromEntries(list?.searchParams ?? [])).toMatchObject({ state: 'suspended', merchant: 'tea', order: 'newest', environment: 'live' });
});
