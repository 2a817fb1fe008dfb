// Coming in, going out, another password. Never keeps a password or a token: the cookie is out of a script's reach.
import { queryOptions } from '@tanstack/react-query';
import { ask } from './client';
import { Problem } from './problem';
import type { Session } from './types';

const PATH = '/api/v1/session';

/** Who came in; nobody when there is no session. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await ask<Session>(PATH, { signal });
    } catch (error) {
      if (error instanceof Problem && error.isSignedOut) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Comes in. */
export function signIn(login: string, password: string): Promise<Session> {
  return ask<Session>(PATH, { method: 'POST', body: { login, password } });
}

/** Goes out. */
export function signOut(): Promise<unknown> {
  return ask(PATH, { method: 'DELETE' });
}

/** Another password; every session is over then. */
export function changePassword(old: string, next: string): Promise<unknown> {
  return ask(`${PATH}/password`, { method: 'POST', body: { old, new: next } });
}
