// A period of days, as an address says it and as the server is asked for it: whole days in the zone in which the server counts
// them. Never decides what lies in it.
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { moment } from '../../format/time';

/** The zone in which the server counts days. */
export const ZONE = 'Asia/Shanghai';
const OFFSET = '+08:00';
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whole days, both included. */
export interface Days {
  from: string;
  to: string;
}

/** The day on which a moment lies. */
export function dayOf(at: Date): string {
  return moment(at.toISOString(), ZONE).slice(0, 10);
}

/** The days of an address; without any, those of this month. */
export function daysOf(search: Record<string, string | undefined>, now: Date): Days {
  const today = dayOf(now);
  const day = (text: string | undefined, or: string) => (text !== undefined && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : or);
  return { from: day(search.from, `${today.slice(0, 7)}-01`), to: day(search.to, today) };
}

/** The days of a month: `2026-02`. */
export function daysOfMonth(month: string): Days {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return { from: `${month}-01`, to: new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10) };
}

/** What the server is asked for: from a moment on, to another, exclusive. */
export function momentsOf({ from, to }: Days): { from: string; to: string } {
  const next = new Date(Date.parse(`${to}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return { from: `${from}T00:00:00${OFFSET}`, to: `${next}T00:00:00${OFFSET}` };
}

/** Asks for a period. */
export function PeriodField({ days, onDays }: { days: Days; onDays: (days: Days) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(days);
  return (
    <form
      className="z-row"
      onSubmit={(event) => {
        event.preventDefault();
        onDays(typed);
      }}
    >
      {(['from', 'to'] as const).map((name) => (
        <label key={name} className="z-filter">
          {t(`accounts.period.${name}`)}
          <Input type="date" required value={typed[name]} onChange={({ target }) => setTyped({ ...typed, [name]: target.value })} />
        </label>
      ))}
      <Button htmlType="submit">{t('accounts.period.show')}</Button>
    </form>
  );
}
