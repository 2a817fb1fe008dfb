// Coming in, going out, another password. Never keeps a password or a token: the cookie is out of a script's reach.
import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas, told } from './client';
import { Problem } from './problem';

const PATH = '/api/v1/session';

/** Who came in; nobody when there is no session. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Schemas['WhoIsIn'] | null> => {
    try {
      return await told(api.GET(PATH, { signal }));
    } catch (error) {
      if (error instanceof Problem && error.isSignedOut) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** As many as the server names at once. */
const PEOPLE = 500;

/** The names of people, by the ids under which they act. */
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async ({ signal }) => {
    const { rows } = await told(api.GET('/api/v1/people', { params: { query: { limit: PEOPLE } }, signal }));
    return new Map<string, string>(rows.map(({ id, name }) => [id, name]));
  },
  staleTime: 300_000,
});

/** Comes in; the code is of the second factor, where one is needed. */
export function signIn(login: string, password: string, code?: string): Promise<Schemas['SignedIn']> {
  return told(api.POST(PATH, { body: { login, password, ...(code !== undefined && code !== '' && { code }) } }));
}

/** A secret for an authenticator, shown once. */
export function offerSecondFactor(): Promise<Schemas['SecretShown']> {
  return told(api.POST(`${PATH}/second-factor`));
}

/** The first code; recovery codes are shown once. */
export function confirmSecondFactor(code: string): Promise<Schemas['RecoveryCodes']> {
  return told(api.POST(`${PATH}/second-factor/confirm`, { body: { code } }));
}

/** No second factor any more; every session is over then. */
export function dropSecondFactor(code: string): Promise<unknown> {
  return told(api.POST(`${PATH}/second-factor/drop`, { body: { code } }));
}

/** Where one is in. */
export const devicesQuery = queryOptions({
  queryKey: ['devices'],
  queryFn: ({ signal }) => told(api.GET(`${PATH}/devices`, { signal })),
});

/** Ends a session elsewhere. */
export function closeDevice(id: string): Promise<unknown> {
  return told(api.DELETE(`${PATH}/devices/{id}`, { params: { path: { id } } }));
}

/** Goes out. */
export function signOut(): Promise<unknown> {
  return told(api.DELETE(PATH));
}

/** Another password; every session is over then. */
export function changePassword(old: string, next: string): Promise<unknown> {
  return told(api.POST(`${PATH}/password`, { body: { old, new: next } }));
}

/** Has a link sent for another password; the answer is the same whoever is asked for. */
export function askReset(login: string): Promise<unknown> {
  return told(api.POST(`${PATH}/reset`, { body: { login } }));
}

/** Another password by the link of a letter. */
export function resetPassword(person: string, token: string, password: string): Promise<unknown> {
  return told(api.POST(`${PATH}/reset/confirm`, { body: { person, token, password } }));
}

/** The address is one's own, by the link of a letter. */
export function confirmAddress(person: string, token: string): Promise<unknown> {
  return told(api.POST('/api/v1/sign-ups/confirm', { body: { person, token } }));
}

/** Takes an invitation: with a name and a password by who is new. */
export function acceptInvitation(body: Schemas['Accepting']): Promise<unknown> {
  return told(api.POST('/api/v1/invitations/accept', { body }));
}
