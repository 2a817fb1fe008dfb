// A page as tests show it: at its address, with a server that answers what it is told. Never part of a release, and never reaches a
// network.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from '@tanstack/react-router';
import { configure, render } from '@testing-library/react';
import userEvent, { PointerEventsCheckLevel } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import type { Schemas } from './api/client';

/** What is answered to an address: a body, or a refusal with its status. */
export type Answers = Record<string, unknown>;

/** A refusal as the server says it. */
export const REFUSAL: Schemas['Refusal'] = {
  code: 'test.refused',
  rule: 'R5-01',
  figures: [],
  why: { 'zh-CN': 'In Chinese it may not be.', en: 'It may not be.' },
  cure: { 'zh-CN': 'In Chinese wait.', en: 'Wait a little.' },
};

/** An answer that refuses. */
export class Refused {
  constructor(
    readonly refusal: Schemas['Refusal'] = REFUSAL,
    readonly status = 422,
  ) {}
}

export const ME = { id: 'pe_me', login: 'me', name: 'Me Myself', must_change: false, language: 'en', roles: ['settlement'], merchants: [], second_factor: true, needs_second_factor: false, permissions: ['work.read', 'money.read', 'orders.read', 'bank.read', 'policies.read', 'system.read', 'exports.ask'] };

/** The server: each address by its path, with its query where that matters. Gives the requests that change something. */
export function serverOf(answers: Answers): { path: string; body: unknown }[] {
  const given: { path: string; body: unknown }[] = [];
  const all: Answers = { '/api/v1/session': { person: ME }, '/api/v1/people': list({ id: ME.id, name: ME.name }), ...answers };
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    if (request.method === 'POST') given.push({ path: pathname, body: JSON.parse(await request.text()) as unknown });
    const answer = all[pathname + search] ?? all[pathname] ?? new Refused({ ...REFUSAL, code: 'api.not_found' }, 404);
    if (answer instanceof Refused) return new Response(JSON.stringify({ ...answer.refusal, status: answer.status }), { status: answer.status });
    return new Response(JSON.stringify(answer), { status: 200 });
  });
  return given;
}

/** Rows of a list. */
export function list(...rows: unknown[]): { rows: unknown[]; next_after: null } {
  return { rows, next_after: null };
}

/** A person's hand. Whether something lies above a button only a browser knows. */
export const user = userEvent.setup({ delay: null, pointerEventsCheck: PointerEventsCheckLevel.Never });

// Machines of tests are busy.
configure({ asyncUtilTimeout: 15_000 });

const PATHS = ['/', '/tasks', '/bank-lines', '/withdrawals', '/accounts/$code', '/orders', '/orders/$id', '/policies', '/ledger', '/operations'] as const;

/** Shows a page at its address; gives what tells the address that is open now. */
export async function showPage(Shown: () => ReactNode, at: string): Promise<() => string> {
  const root = createRootRoute({ component: Outlet });
  const shell = createRoute({ getParentRoute: () => root, path: '/o', component: Outlet });
  const [path] = at.replace(/^\/o/, '').split('?');
  const routes = PATHS.map((one) =>
    createRoute({
      getParentRoute: () => shell,
      path: one,
      validateSearch: (search: Record<string, unknown>) => search,
      // Where somebody goes from there, nothing is shown.
      component: new RegExp(`^${one.replace(/\$\w+/g, '[^/]+')}$`).test(path || '/') ? Shown : () => null,
    }),
  );
  const router = createRouter({ routeTree: root.addChildren([shell.addChildren(routes)]), history: createMemoryHistory({ initialEntries: [at] }) });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await router.load();
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return () => router.state.location.href;
}
