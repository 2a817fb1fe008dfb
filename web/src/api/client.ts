// The one place that speaks to the server, by the types that its OpenAPI document gives: objects, pages, commands. What did not go
// is a typed problem, and each attempt of an action has a key. Never tries an action again by itself, and never adds
// credentials: the cookie is the browser's.
import createClient from 'openapi-fetch';
import { Problem, readDetails } from './problem';
import type { components, paths } from './schema';

/** The shapes of what the server takes and gives. */
export type Schemas = components['schemas'];

function seconds(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

/** Asks the server. Throws a [`Problem`] and nothing else, but for an abort. */
async function speak(request: Request): Promise<Response> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(request);
    text = await response.text();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'offline');
  }
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new Problem(response.status, 'unreadable');
  }
  if (!response.ok) throw new Problem(response.status, readDetails(body) ?? 'unreadable', seconds(response.headers.get('retry-after')));
  return new Response(text === '' ? null : text, { status: response.status, headers: response.headers });
}

/** The server's addresses, each with what it takes and gives. */
export const api = createClient<paths>({ baseUrl: globalThis.location.origin, credentials: 'same-origin', fetch: speak, headers: { accept: 'application/json' } });

/** What an address answered. */
export async function told<T>(asking: Promise<{ data?: T }>): Promise<T> {
  // What is no answer was thrown.
  return (await asking).data as T;
}

type Rows = { rows: { record: unknown }[]; next_after: string | null };
type Answer<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { 'application/json': infer A } } } } } ? A : never;
type Asked<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } } ? NonNullable<Q> : never;

/** The lists of objects: `/api/v1/top-ups`. */
export type ListPath = { [P in keyof paths]: Answer<P> extends never ? never : Answer<P> extends Rows ? P : never }[keyof paths];

/** An object of a list. */
export type Listed<P extends ListPath> = Answer<P> extends { rows: (infer Row)[] } ? Row : never;

/** What a list may be asked. */
export type ListQuery<P extends ListPath> = Asked<P>;

/** A page of a list, and where the next one begins. */
export function page<P extends ListPath>(path: P, query: ListQuery<P>, signal?: AbortSignal): Promise<{ rows: Listed<P>[]; next_after: string | null }> {
  return told(api.GET(path as '/api/v1/top-ups', { params: { query }, ...(signal && { signal }) })) as unknown as Promise<{ rows: Listed<P>[]; next_after: string | null }>;
}

/** An object by its id. */
export function one<P extends ListPath>(path: P, id: string, signal?: AbortSignal): Promise<Listed<P>> {
  return told(api.GET(`${path}/{id}` as '/api/v1/top-ups/{id}', { params: { path: { id } }, ...(signal && { signal }) })) as unknown as Promise<Listed<P>>;
}

/** The kinds of objects, as the server names them. */
export type Kind = Listed<ListPath> extends { kind: infer K } ? K : never;

/** The commands that callers may give. */
export type CommandName = keyof paths extends infer P ? (P extends `/api/v1/commands/${infer Name}` ? Name : never) : never;

/** What a command is given. */
export type CommandBody<N extends CommandName> = paths[`/api/v1/commands/${N}`]['post']['requestBody']['content']['application/json'];

/** What a command answers. */
export type CommandReply<N extends CommandName> = paths[`/api/v1/commands/${N}`]['post']['responses'][200]['content']['application/json']['reply'];

/** The keys of an action's attempts: the same key while it may have happened, another one afterwards. */
export class Attempts {
  private pending: { input: string; key: string } | undefined;

  /** Does something under the key of its attempt; `input` tells one thing from another. */
  async under<T>(input: string, action: (key: string) => Promise<T>): Promise<T> {
    if (this.pending?.input !== input) this.pending = { input, key: crypto.randomUUID() };
    try {
      const reply = await action(this.pending.key);
      this.pending = undefined;
      return reply;
    } catch (error) {
      if (!(error instanceof Problem && error.isUncertain)) this.pending = undefined;
      throw error;
    }
  }

  /** Gives a command. */
  async give<N extends CommandName>(name: N, body: CommandBody<N>): Promise<CommandReply<N>> {
    const path = `/api/v1/commands/${name}` as '/api/v1/commands/prepaid.cancel_top_up';
    const asked = (key: string) => ({ params: { header: { 'Idempotency-Key': key } }, body: body as CommandBody<'prepaid.cancel_top_up'> });
    const answer = await this.under(`${name} ${JSON.stringify(body)}`, (key) => told(api.POST(path, asked(key))));
    return answer.reply as CommandReply<N>;
  }
}
