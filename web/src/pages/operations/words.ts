// Long work in words: what it is, how it stands, how large its file is. Never says more than the server does.
import { useTranslation } from 'react-i18next';
import type { Operation, Work } from '../../api/operations';
import { moment } from '../../format/time';
import type { Tone } from '../../theme/tokens';

/** Where work may stand. */
export const STATES = ['waiting', 'running', 'done', 'failed', 'cancelled', 'expired'] as const;
export type State = (typeof STATES)[number];

export const TONES: Record<State, Tone> = { waiting: 'us', running: 'us', done: 'done', failed: 'stopped', cancelled: 'nothing', expired: 'nothing' };

/** Where it stands; what nobody knows runs. */
export function stateOf({ record }: Operation): State {
  return STATES.find((state) => state === record.state) ?? 'running';
}

const UNITS = ['B', 'kB', 'MB', 'GB'];

/** A size as people read it: `9.8 kB`. */
export function size(bytes: number): string {
  let [count, at] = [bytes, 0];
  while (count >= 1000 && at < UNITS.length - 1) [count, at] = [count / 1000, at + 1];
  return `${at === 0 ? String(count) : count.toFixed(1)} ${UNITS[at] ?? ''}`;
}

/** Says what is to be done. */
export function useWorkWords(): (work: Work) => string {
  const { t } = useTranslation();
  return (work) => {
    if (work.kind === 'verify') return t('operations.verify');
    if (work.kind === 'audit') return `${t('operations.audit')} · ${work.merchant}`;
    const { list, format } = work;
    const whose = 'bank_account' in list ? list.bank_account : 'merchant' in list ? list.merchant : undefined;
    const period = 'period' in list ? list.period : undefined;
    const parts = [t(`operations.lists.${list.name}`), whose, period?.from && t('operations.since', { at: moment(period.from) }), period?.to && t('operations.to', { at: moment(period.to) }), format.toUpperCase()];
    return parts.filter((part) => typeof part === 'string' && part !== '').join(' · ');
  };
}
