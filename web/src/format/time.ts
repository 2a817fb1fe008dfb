// Moments as people read them, in the browser's zone, and how far away they are. Never decides whether a deadline holds: the
// server does, by its calendar of working days.
import type { Language } from '../text';

/** How a deadline stands against a moment. */
export interface Standing {
  /** It has passed. */
  isLate: boolean;
  /** It has not passed, and less than a day is left. */
  isNear: boolean;
  /** "in 3 days", "2 hours ago". */
  words: string;
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const DAY = 86_400_000;

/** Date and time to the minute: `2026-03-02 09:00`. A text that is no moment is shown as it is. */
export function moment(at: string, zone?: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  };
  // Swedish writes dates as ISO 8601 does, which both languages read.
  return new Intl.DateTimeFormat('sv-SE', zone === undefined ? options : { ...options, timeZone: zone }).format(date);
}

/** How far a moment is away, in whole units: never more than is true, "in 2 days" while 2 full days are left. */
export function relative(at: string, now: Date, language: Language): string {
  const distance = new Date(at).getTime() - now.getTime();
  if (Number.isNaN(distance)) return at;
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  for (const [unit, size] of UNITS) {
    const count = Math.trunc(distance / size);
    if (count !== 0) return words.format(count, unit);
  }
  return words.format(distance < 0 ? -0 : 0, 'minute');
}

/** How a deadline stands. */
export function standing(at: string, now: Date, language: Language): Standing {
  const distance = new Date(at).getTime() - now.getTime();
  const isLate = distance <= 0;
  return { isLate, isNear: !isLate && distance < DAY, words: relative(at, now, language) };
}
