// Coming in, going out, another password. Never keeps a password or a token: the cookie is out of a script's reach.
import { queryOptions } from '@tanstack/react-query';
import { api, told } from './client';
import { Problem } from './problem';

/** Who came in. */
export interface Session {
  person: { id: string; login: string; name: string; role: string; must_change: boolean };
}

const PATH = '/api/v1/session' as '/api/v1/resources';

/** Who came in; nobody when there is no session. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return (await told(api.GET(PATH, { signal }))) as unknown as Session;
    } catch (error) {
      if (error instanceof Problem && error.isSignedOut) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Comes in. */
export function signIn(login: string, password: string): Promise<Session> {
  return told(api.POST(PATH as never, { body: { login, password } } as never)) as Promise<Session>;
}

/** Goes out. */
export function signOut(): Promise<unknown> {
  return told(api.DELETE(PATH as never, {} as never));
}

/** Another password; every session is over then. */
export function changePassword(old: string, next: string): Promise<unknown> {
  return told(api.POST(`${PATH}/password` as never, { body: { old, new: next } } as never));
}
