// The one place that speaks to the server: JSON in and out, what did not go as a typed problem, a key for each attempt of an
// action. Never tries an action again by itself, and never adds credentials: the cookie is the browser's.
import { Problem, readDetails } from './problem';

/** What a request is asked with. */
export interface Asked {
  method?: 'GET' | 'POST' | 'DELETE';
  /** What is asked of a list; what is undefined is left out. */
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  /** The key of the attempt, for actions. */
  key?: string;
  signal?: AbortSignal;
}

/** The address with its query. */
export function address(path: string, query: Asked['query'] = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined && pair[1] !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

function seconds(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

/** Asks the server. Throws a [`Problem`] and nothing else, but for an abort. */
export async function ask<T>(path: string, asked: Asked = {}): Promise<T> {
  const headers = new Headers({ accept: 'application/json' });
  if (asked.body !== undefined) headers.set('content-type', 'application/json');
  if (asked.key !== undefined) headers.set('idempotency-key', asked.key);
  let response: Response;
  let text: string;
  try {
    response = await fetch(address(path, asked.query), {
      method: asked.method ?? 'GET',
      headers,
      credentials: 'same-origin',
      body: asked.body === undefined ? null : JSON.stringify(asked.body),
      signal: asked.signal ?? null,
    });
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
  return body as T;
}

/** The keys of an action's attempts: the same key while it may have happened, another one afterwards. */
export class Attempts {
  private pending: { input: string; key: string } | undefined;

  /** Does an action under the key of its attempt. */
  async give<T>(path: string, body: unknown): Promise<T> {
    const input = `${path} ${JSON.stringify(body)}`;
    if (this.pending?.input !== input) this.pending = { input, key: crypto.randomUUID() };
    try {
      const reply = await ask<T>(path, { method: 'POST', body, key: this.pending.key });
      this.pending = undefined;
      return reply;
    } catch (error) {
      if (!(error instanceof Problem && error.isUncertain)) this.pending = undefined;
      throw error;
    }
  }
}
