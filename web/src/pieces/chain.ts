// Several lists of the server as one, one after the other: what waits in this state, then what waits in that. Never sorts, and never
// asks for more than a page.
import { type Listed, type ListQuery, page } from '../api/client';
import type { Rows } from './csv';

/** Gives a page of one of them. */
export type Part<Row> = (asked: { after: string | undefined; limit: number }) => Promise<Rows<Row>>;

const CURSOR = /^(\d{1,2})-([\w-]*)$/;

/** A page over all of them. The cursor says in which one it begins, and where. */
export async function chained<Row>(parts: readonly Part<Row>[], after: string | undefined, limit: number): Promise<Rows<Row>> {
  const begins = CURSOR.exec(after ?? '');
  const rows: Row[] = [];
  let at = Number(begins?.[1] ?? 0);
  let from = begins?.[2] || undefined;
  for (let part = parts[at]; part !== undefined; part = parts[at]) {
    const page = await part({ after: from, limit: limit - rows.length });
    rows.push(...page.rows);
    from = page.next;
    if (from === undefined) at += 1;
    if (rows.length >= limit) return { rows, next: from !== undefined || at < parts.length ? `${String(at)}-${from ?? ''}` : undefined };
  }
  return { rows, next: undefined };
}

/** Lists that are worked through by their state. */
type Worked = '/api/v1/bank-lines' | '/api/v1/withdrawals';

interface OfTab {
  /** `waits` for what waits, state by state and oldest first; `all`, newest first; else one state. */
  tab: string;
  waiting: readonly string[];
  after: string | undefined;
  limit: number;
  query: Record<string, string>;
}

/** A page of what a tab shows. */
export function pageOfTab<P extends Worked>(path: P, { tab, waiting, after, limit, query }: OfTab, signal?: AbortSignal): Promise<Rows<Listed<P>>> {
  const part =
    (state: string | undefined, order: 'oldest' | 'newest'): Part<Listed<P>> =>
    async ({ after: from, limit: most }) => {
      const asked: object = { ...query, order, limit: most, ...(from !== undefined && { after: from }), ...(state !== undefined && { state }) };
      const { rows, next_after } = await page(path, asked as ListQuery<P>, signal);
      return { rows, next: next_after ?? undefined };
    };
  if (tab === 'waits') return chained(waiting.map((state) => part(state, 'oldest')), after, limit);
  return part(tab === 'all' ? undefined : tab, tab === 'all' ? 'newest' : 'oldest')({ after, limit });
}
