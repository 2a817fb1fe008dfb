// A list as CSV: every page of it, row by row, up to a bound that is told. Never lets a cell run as a formula.

/** Rows of one export, at most. */
export const EXPORT_ROWS = 10_000;

const NUMBER = /^[-+]?[\d.,]+$/;

/** A cell: quoted where it must be; what a spreadsheet would run is made text. */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Rows as CSV, with the mark by which spreadsheets know UTF-8. */
export function csv(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A page of rows. */
export interface Rows<Row> {
  rows: Row[];
  next: string | undefined;
}

/** All rows from the first page on; `isCut` when there were more than the bound. */
export async function everything<Row>(fetch: (after: string | undefined) => Promise<Rows<Row>>, told: (count: number) => void, bound = EXPORT_ROWS): Promise<{ rows: Row[]; isCut: boolean }> {
  const all: Row[] = [];
  let after: string | undefined;
  do {
    const page = await fetch(after);
    all.push(...page.rows);
    told(Math.min(all.length, bound));
    after = page.next;
  } while (after !== undefined && all.length < bound);
  return { rows: all.slice(0, bound), isCut: after !== undefined || all.length > bound };
}

/** Gives a text to the person as a file. */
export function save(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  // The browser reads it after the click: taken away at once, the file may never come.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
