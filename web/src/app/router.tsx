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
  return typeof to === 'string' && /^\/o(\/[\w/-]*)?(\?[\w=&%.,-]*)?$/.test(to) && !to.startsWith('/o/sign-in') ? to : undefined;
}

/** What the sign-in page is told by its address. */
export interface SignInSearch {
  to?: string;
  said?: 'changed' | 'left';
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/o/sign-in',
  validateSearch: (search: Record<string, unknown>): SignInSearch => {
    const to = wayOn(search.to);
    const said = search.said === 'changed' || search.said === 'left' ? search.said : undefined;
    return { ...(to !== undefined && { to }), ...(said && { said }) };
  },
  component: lazyRouteComponent(() => import('../pages/SignIn'), 'SignIn'),
});
const shell = createRoute({ getParentRoute: () => root, path: '/o', component: Shell, notFoundComponent: NotFound });
const home = createRoute({ getParentRoute: () => shell, path: '/', component: lazyRouteComponent(() => import('../pages/Home'), 'Home') });
const tasks = createRoute({
  getParentRoute: () => shell,
  path: '/tasks',
  validateSearch: (search: Record<string, unknown>): Record<string, string> =>
    Object.fromEntries(Object.entries(search).filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
  component: lazyRouteComponent(() => import('../pages/Tasks'), 'Tasks'),
});
const password = createRoute({ getParentRoute: () => shell, path: '/password', component: lazyRouteComponent(() => import('../pages/Password'), 'Password') });

const released = [start, signIn, shell.addChildren([home, tasks, password])] as const;
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
