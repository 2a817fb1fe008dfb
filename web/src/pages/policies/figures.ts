// The figures that may be set: which belong together, in what each is counted, and how it is written and read. Never says what is
// allowed: the server does.
import { figures as grouped, ofMinor, parseAmount } from '../../format/money';

/** Amounts are counted in the account's currency; those of accounts have two decimals. */
const CURRENCY = 'CNY';

/** In what a figure is counted. */
export type Unit = 'money' | 'days' | 'hours' | 'minutes' | 'seconds' | 'count' | 'percent' | 'times' | 'choice';

/** Every figure that has a word, by group. */
export const GROUPS = {
  lines: { suspend_below_minor: 'money', resume_above_minor: 'money', hard_floor_minor: 'money', recheck_minutes: 'minutes', resume_batch: 'count', resume_every_seconds: 'seconds', max_promotions: 'count' },
  alerts: { alert_mode: 'choice', alert_max_per_day: 'count', alert_repeat_at: 'times' },
  fees: { arrears_mode: 'choice', model: 'choice', vat_bps: 'percent', quote_seconds: 'seconds', early_hours: 'hours' },
  topUps: { topup_min_minor: 'money', topup_expires_days: 'days', max_open_topups: 'count' },
  withdrawals: { withdrawal_min_minor: 'money', withdrawal_finance_above_minor: 'money', withdrawal_cooling_days: 'days', withdrawal_answer_days: 'days', max_open_withdrawals: 'count' },
  access: { open_to: 'choice', max_contacts: 'count', code_minutes: 'minutes', code_tries: 'count', code_wait_seconds: 'seconds', codes_per_day: 'count' },
} as const satisfies Record<string, Record<string, Unit>>;

type Of<G> = G extends unknown ? keyof G : never;
/** A group of figures. */
export type Group = keyof typeof GROUPS;
/** A figure that has a word. */
export type Name = Of<(typeof GROUPS)[Group]>;

const UNITS = Object.assign({}, ...Object.values(GROUPS)) as Record<Name, Unit>;

/** What may be chosen where nothing is counted. */
export const CHOICES = { alert_mode: ['while_below', 'crossing'], arrears_mode: ['full', 'gap'], model: ['principal', 'agent'], open_to: ['self_run', 'everyone'] } as const;

/** The groups, each with its figures. */
export const GROUPED = Object.entries(GROUPS).map(([group, names]) => ({ group: group as Group, names: Object.keys(names) as Name[] }));

/** Whether a figure has a word. */
export function isNamed(name: string): name is Name {
  return Object.hasOwn(UNITS, name);
}

/** In what it is counted. */
export function unitOf(name: Name): Unit {
  return UNITS[name];
}

function clock(minutes: number): string {
  const two = (count: number) => String(count).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A figure as it is typed: amounts and rates as decimals, times of the day as people write them. */
export function textOf(name: Name, value: unknown): string {
  const unit = unitOf(name);
  if (unit === 'times') return Array.isArray(value) ? value.map((one) => clock(Number(one))).join(', ') : '';
  if (unit === 'money' || unit === 'percent') return typeof value === 'number' ? grouped(ofMinor(value, CURRENCY).amount) : '';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function counted(text: string): number | undefined {
  const plain = text.normalize('NFKC').replace(/[\s,]/g, '');
  const number = Number(plain);
  return /^\d{1,15}$/.test(plain) ? number : undefined;
}

/** What was typed as the server takes it; nothing where it is no such figure. */
export function valueOf(name: Name, text: string): unknown {
  const unit = unitOf(name);
  if (unit === 'choice') return text;
  if (unit === 'money' || unit === 'percent') {
    const parsed = parseAmount(text, CURRENCY);
    return parsed.ok && !parsed.amount.startsWith('-') ? counted(parsed.amount.replace('.', '')) : undefined;
  }
  if (unit !== 'times') return counted(text);
  const times = text.normalize('NFKC').split(/[,;、\s]+/).filter((one) => one !== '');
  const minutes = times.map((one) => /^(\d{1,2}):(\d{2})$/.exec(one)).map((match) => (match ? Number(match[1]) * 60 + Number(match[2]) : undefined));
  return minutes.includes(undefined) ? undefined : minutes;
}

/** The figures of a version, which the server keeps as JSON. */
export function changesOf(json: string): [string, unknown][] {
  try {
    const read: unknown = JSON.parse(json);
    return typeof read === 'object' && read !== null ? Object.entries(read) : [];
  } catch {
    return [];
  }
}
