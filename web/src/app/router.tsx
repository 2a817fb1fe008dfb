// Which address shows which page. Only pages that exist are here; the gallery is left out of what is released.
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { Broken } from './Boundary';
import { NotFound } from './NotFound';
import { Shell } from './Shell';

interface Context {
  client: QueryClient;
}

/** Addresses hold plain texts: a cursor is longer than a number may be. */
const parseSearch = (text: string) => Object.fromEntries(new URLSearchParams(text));
const stringifySearch = (search: Record<string, unknown>) => {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
};

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });
const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/o' });
  },
});

/** Where one goes after coming in: a page of ours and nothing else. */
export function wayOn(to: unknown): string | undefined {
  return typeof to === 'string' && /^\/o(\/[\w/-]*)?(\?[\w=&%.,-]*)?$/.test(to) && !/^\/o\/(sign-in|forgot|reset|confirm|join)/.test(to) ? to : undefined;
}

const SAID = ['changed', 'confirmed', 'dropped', 'joined', 'left'] as const;

/** What the sign-in page is told by its address. */
export interface SignInSearch {
  to?: string;
  said?: 'changed' | 'confirmed' | 'dropped' | 'joined' | 'left';
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/o/sign-in',
  validateSearch: (search: Record<string, unknown>): SignInSearch => {
    const to = wayOn(search.to);
    const said = SAID.find((one) => one === search.said);
    return { ...(to !== undefined && { to }), ...(said && { said }) };
  },
  component: lazyRouteComponent(() => import('../pages/SignIn'), 'SignIn'),
});
/** What the link of a letter says. */
export interface LetterSearch {
  person?: string;
  invitation?: string;
  merchant?: string;
  token?: string;
}
const letter = (search: Record<string, unknown>): LetterSearch => {
  const text = (value: unknown) => (typeof value === 'string' && /^[A-Za-z0-9_]{1,80}$/.test(value) ? value : undefined);
  const [person, invitation, merchant, token] = [search.person, search.invitation, search.merchant, search.token].map(text);
  return { ...(person && { person }), ...(invitation && { invitation }), ...(merchant && { merchant }), ...(token && { token }) };
};
const forgot = createRoute({ getParentRoute: () => root, path: '/o/forgot', component: lazyRouteComponent(() => import('../pages/Letters'), 'Forgot') });
const reset = createRoute({ getParentRoute: () => root, path: '/o/reset', validateSearch: letter, component: lazyRouteComponent(() => import('../pages/Letters'), 'Reset') });
const confirm = createRoute({ getParentRoute: () => root, path: '/o/confirm', validateSearch: letter, component: lazyRouteComponent(() => import('../pages/Letters'), 'Confirm') });
const join = createRoute({ getParentRoute: () => root, path: '/o/join', validateSearch: letter, component: lazyRouteComponent(() => import('../pages/Letters'), 'Join') });
const shell = createRoute({ getParentRoute: () => root, path: '/o', component: Shell, notFoundComponent: NotFound });
const home = createRoute({ getParentRoute: () => shell, path: '/', component: lazyRouteComponent(() => import('../pages/Home'), 'Home') });
/** What a list is asked stands in its address as texts. */
const listed = (search: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(search).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
const tasks = createRoute({ getParentRoute: () => shell, path: '/tasks', validateSearch: listed, component: lazyRouteComponent(() => import('../pages/Tasks'), 'Tasks') });
const accounts = createRoute({ getParentRoute: () => shell, path: '/accounts', validateSearch: listed, component: lazyRouteComponent(() => import('../pages/accounts/Accounts'), 'Accounts') });
const account = createRoute({ getParentRoute: () => shell, path: '/accounts/$code', validateSearch: listed, component: lazyRouteComponent(() => import('../pages/accounts/Account'), 'Account') });
const promotions = createRoute({ getParentRoute: () => shell, path: '/promotions', validateSearch: listed, component: lazyRouteComponent(() => import('../pages/promotions/Promotions'), 'Promotions') });
const promotion = createRoute({ getParentRoute: () => shell, path: '/promotions/$id', component: lazyRouteComponent(() => import('../pages/promotions/Promotion'), 'Promotion') });
const orders = createRoute({ getParentRoute: () => shell, path: '/orders', validateSearch: listed, component: lazyRouteComponent(() => import('../pages/orders/Orders'), 'Orders') });
const order = createRoute({ getParentRoute: () => shell, path: '/orders/$id', component: lazyRouteComponent(() => import('../pages/orders/Order'), 'Order') });
const bank = createRoute({ getParentRoute: () => shell, path: '/bank-lines', validateSearch: listed, component: lazyRouteComponent(() => import('../pages/bank/BankLines'), 'BankLines') });
const withdrawals = createRoute({ getParentRoute: () => shell, path: '/withdrawals', validateSearch: listed, component: lazyRouteComponent(() => import('../pages/withdrawals/Withdrawals'), 'Withdrawals') });
const ledger = createRoute({ getParentRoute: () => shell, path: '/ledger', validateSearch: listed, component: lazyRouteComponent(() => import('../pages/ledger/Ledger'), 'Ledger') });
const policies = createRoute({ getParentRoute: () => shell, path: '/policies', validateSearch: listed, component: lazyRouteComponent(() => import('../pages/policies/Policies'), 'Policies') });
const operations = createRoute({ getParentRoute: () => shell, path: '/operations', validateSearch: listed, component: lazyRouteComponent(() => import('../pages/operations/Operations'), 'Operations') });
const password = createRoute({ getParentRoute: () => shell, path: '/password', component: lazyRouteComponent(() => import('../pages/Password'), 'Password') });
const security = createRoute({ getParentRoute: () => shell, path: '/security', component: lazyRouteComponent(() => import('../pages/Security'), 'Security') });

const released = [start, signIn, forgot, reset, confirm, join, shell.addChildren([home, tasks, accounts, account, promotions, promotion, orders, order, bank, withdrawals, ledger, policies, operations, password, security])] as const;
const pages = root.addChildren(released);

/** The pages of a development build: with the gallery. */
function withGallery() {
  const gallery = createRoute({ getParentRoute: () => root, path: '/gallery', component: lazyRouteComponent(() => import('../gallery/Gallery'), 'Gallery') });
  return root.addChildren([...released, gallery]) as unknown as typeof pages;
}

/** The console's pages. */
export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: import.meta.env.DEV ? withGallery() : pages,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultErrorComponent: () => <Broken />,
    defaultNotFoundComponent: NotFound,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
