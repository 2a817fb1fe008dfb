// What did not go, as the server says it (RFC 9457): code, rule, figures, why and cure in both languages. Never words a refusal
// of its own but for a server that cannot be reached or understood.
import type { Language, Text } from '../text';

/** A figure that a person needs to understand it. */
export interface Figure {
  name: string;
  value: string;
}

/** What a reply of `application/problem+json` holds. */
export interface ProblemDetails {
  code: string;
  rule?: string;
  figures: Figure[];
  why: Text;
  cure: Text;
}

/** The console's own words, where the server said nothing: keys of the catalogue. */
export type Silence = 'offline' | 'unreadable';

/** A request that did not go. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    /** The HTTP status, 0 when there was no answer. */
    readonly status: number,
    /** What the server said, or how it was silent. */
    readonly said: ProblemDetails | Silence,
    /** Seconds to wait, where the server says so. */
    readonly retryAfter?: number,
  ) {
    super(typeof said === 'string' ? said : said.code);
  }

  /** The stable code: `prepaid.top_up.closed`. */
  get code(): string {
    return typeof this.said === 'string' ? `console.${this.said}` : this.said.code;
  }

  /** Nobody came in, or the session is over. */
  get isSignedOut(): boolean {
    return this.status === 401;
  }

  /** It may have happened: the same attempt is made again under the same key. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

function isText(value: unknown): value is Text {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Text>).en === 'string' && typeof (value as Partial<Text>)['zh-CN'] === 'string';
}

function isFigure(value: unknown): value is Figure {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Figure>).name === 'string' && typeof (value as Partial<Figure>).value === 'string';
}

/** Reads problem details; nothing when they are none. */
export function readDetails(body: unknown): ProblemDetails | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { code, rule, figures, why, cure } = body as Record<string, unknown>;
  if (typeof code !== 'string' || !isText(why) || !isText(cure)) return undefined;
  const read: ProblemDetails = { code, why, cure, figures: Array.isArray(figures) ? figures.filter(isFigure) : [] };
  return typeof rule === 'string' ? { ...read, rule } : read;
}

/** A text of the server in a language. */
export function textOf(text: Text, language: Language): string {
  return text[language];
}

/** Anything that was thrown, as a problem. */
export function problemOf(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, 'unreadable');
}
