// What a list is asked, as its page's address says it: filters, and the cursors that led to this page. Never says what a filter
// means, and takes no more from an address than the list knows.

/** What stands in the address: `trail` holds the cursors of the pages before this one, with commas between them. */
export type Search = Record<string, string>;

/** Pages back that an address remembers. */
export const TRAIL = 20;

const CURSOR = /^[\w-]{1,64}$/;

/** What a list is asked. */
export interface Listed {
  filters: Record<string, string>;
  /** Cursors of the pages, the present one last; the first page has none. */
  trail: string[];
  /** The number of the page, from 1. */
  page: number;
}

/** What an address asks of a list with these filters. */
export function read(search: Record<string, unknown>, names: readonly string[]): Listed {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value).trim().slice(0, 200) : '');
  const filters: Record<string, string> = {};
  for (const name of names) {
    const value = text(search[name]);
    if (value !== '') filters[name] = value;
  }
  const cursors = typeof search.trail === 'string' || typeof search.trail === 'number' ? String(search.trail) : '';
  const trail = cursors
    .slice(-TRAIL * 65)
    .split(',')
    .filter((cursor) => CURSOR.test(cursor))
    .slice(-TRAIL);
  const page = Number.parseInt(text(search.page), 10);
  return { filters, trail, page: trail.length === 0 ? 1 : Math.min(Math.max(Number.isNaN(page) ? 0 : page, trail.length + 1), 1_000_000) };
}

/** The address of what is asked. */
export function write({ filters, trail, page }: Listed): Search {
  const search: Search = { ...filters };
  if (trail.length > 0) {
    search.trail = trail.slice(-TRAIL).join(',');
    search.page = String(page);
  }
  return search;
}

/** The next page. */
export function next(listed: Listed, cursor: string): Listed {
  return { ...listed, trail: [...listed.trail, cursor].slice(-TRAIL), page: listed.page + 1 };
}

/** The page before; the first one when the address no longer remembers. */
export function previous(listed: Listed): Listed {
  const trail = listed.trail.slice(0, -1);
  return trail.length === 0 ? first(listed) : { ...listed, trail, page: listed.page - 1 };
}

/** The first page. */
export function first(listed: Listed): Listed {
  return { ...listed, trail: [], page: 1 };
}

/** Another filter begins at the first page. */
export function filtered(listed: Listed, name: string, value: string): Listed {
  const filters = Object.fromEntries(Object.entries(listed.filters).filter(([key]) => key !== name));
  if (value !== '') filters[name] = value;
  return { filters, trail: [], page: 1 };
}
