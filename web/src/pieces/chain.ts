// Several lists of the server as one, one after the other: what waits in this state, then what waits in that. Never sorts, and never
// asks for more than a page.
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
