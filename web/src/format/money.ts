// Amounts as people read and type them: decimal strings from end to end. Never turns an amount into a number, and never adds,
// rounds or converts one: the server does.

/** An amount, as the server says it: `{"amount": "-1234.50", "currency": "CNY"}`. */
export interface Money {
  amount: string;
  currency: string;
}

/** Why a typed amount cannot be one. */
export type AmountError = 'notANumber' | 'tooMany';

/** A typed amount: the decimal that is sent, or why not. */
export type Parsed = { ok: true; amount: string } | { ok: false; error: AmountError };

/** The typographic minus: as wide as a figure. */
export const MINUS = '\u2212';

/** How many decimals a currency has. */
export function decimals(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    // A code that the browser does not know: the server will say what is wrong with it.
    return 2;
  }
}

/** Below zero. */
export function isNegative(money: Money): boolean {
  return money.amount.startsWith('-') && !isZero(money);
}

/** Nothing at all. */
export function isZero(money: Money): boolean {
  return /^-?[0.]*$/.test(money.amount);
}

/** The figures of an amount, grouped: `-1234567.5` is `−1,234,567.5`. What is no decimal is shown as it is. */
export function figures(amount: string): string {
  const parts = /^(-?)(\d+)(\.\d+)?$/.exec(amount);
  if (!parts) return amount;
  const [, sign = '', whole = '', fraction = ''] = parts;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return (sign ? MINUS : '') + grouped + fraction;
}

/** Figures and currency: `1,234.50 CNY`. */
export function spoken(money: Money): string {
  return `${figures(money.amount)} ${money.currency}`;
}

/** Reads what a person typed or pasted: commas between thousands, full-width figures and spaces are fine. */
export function parseAmount(typed: string, currency: string): Parsed {
  const plain = typed
    .normalize('NFKC')
    .replace(/[\s\u00a0]/g, '')
    .replace(/^[\u2212\u2013]/, '-')
    .replace(/^\+/, '');
  const grouped = /^-?\d{1,3}(,\d{3})+(\.\d*)?$/.test(plain);
  const text = grouped ? plain.replace(/,/g, '') : plain;
  const parts = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!parts) return { ok: false, error: 'notANumber' };
  const [, sign = '', whole = '', fraction = ''] = parts;
  if (whole === '' && fraction === '') return { ok: false, error: 'notANumber' };
  const places = decimals(currency);
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > places) return { ok: false, error: 'tooMany' };
  const full = kept.padEnd(places, '0');
  const number = (whole.replace(/^0+(?=\d)/, '') || '0') + (places > 0 ? `.${full}` : '');
  return { ok: true, amount: /^[0.]+$/.test(number) ? number : sign + number };
}

/** Minor units, as the server counts in some places, as an amount: `{ minor: -123450, currency: "CNY" }` is `-1234.50`. */
export function ofMinor(minor: number, currency: string): Money {
  const places = decimals(currency);
  const digits = String(minor).replace('-', '').padStart(places + 1, '0');
  const cut = digits.length - places;
  const amount = places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return { amount: (minor < 0 ? '-' : '') + amount, currency };
}
