// What a dry run answers, read and written for people. Never adds anything up: the sums are the server's.
import { object } from '../../pieces/leaves';

/** What is counted. */
export const MEASURES = ['openings', 'suspended_seconds', 'floors', 'alerts'] as const;
export type Measure = (typeof MEASURES)[number];

/** What there was, or would have been. */
export type Counts = Record<Measure, number>;

/** An answer. */
export interface WhatIf {
  rows: { name: string; merchant: string; account: string; in_force: Counts; asked: Counts }[];
  in_force: Counts;
  asked: Counts;
}

function counts(value: unknown): Counts {
  const read = object(value);
  const of = (name: Measure) => (typeof read[name] === 'number' ? read[name] : 0);
  return { openings: of('openings'), suspended_seconds: of('suspended_seconds'), floors: of('floors'), alerts: of('alerts') };
}

/** Reads an answer; a merchant with several accounts is told apart by the end of the account's id. */
export function readWhatIf(answer: unknown): WhatIf {
  const { rows, in_force, asked } = object(answer);
  const all = (Array.isArray(rows) ? rows : []).map((row) => {
    const { merchant, account, ...rest } = object(row);
    return { merchant: String(merchant), account: String(account), in_force: counts(rest.in_force), asked: counts(rest.asked) };
  });
  const times = new Map<string, number>();
  for (const { merchant } of all) times.set(merchant, (times.get(merchant) ?? 0) + 1);
  return { rows: all.map((row) => ({ ...row, name: (times.get(row.merchant) ?? 0) > 1 ? `${row.merchant} ${row.account.slice(-4)}` : row.merchant })), in_force: counts(in_force), asked: counts(asked) };
}

const DAY_SECONDS = 86_400;

/** A count as it is shown: time in days. */
export function measured(measure: Measure, count: number): string {
  return measure === 'suspended_seconds' ? (count / DAY_SECONDS).toFixed(1) : String(count);
}
