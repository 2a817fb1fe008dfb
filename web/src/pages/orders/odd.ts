// What is odd about an order, in words: what the channel said that nobody knows, sums that do not fit, wishes to cancel. Never
// judges it: the server did.
import { useTranslation } from 'react-i18next';
import { ofMinor, spoken } from '../../format/money';
import type { ChannelOrder } from './standing';

/** Says what is odd about an order; nothing where all is as it should be. */
export function useOdd(): (record: ChannelOrder) => string[] {
  const { t } = useTranslation();
  return (record) => {
    const { state, unmapped = [], cancel_requested, accepted, kind } = record;
    const all: string[] = [];
    for (const { field, value } of unmapped.slice(0, 3)) all.push(t('orders.oddUnknown', { field, value }));
    if (unmapped.length > 3) all.push(t('orders.oddMore', { count: unmapped.length - 3 }));
    if (state.name === 'math_mismatch') all.push(t('orders.oddSum', { difference: spoken(ofMinor(state.difference_minor, record.total?.currency ?? 'CNY')) }));
    if (state.name === 'ignored') all.push(t(`orders.ignored.${state.why}`));
    if (cancel_requested) all.push(t('orders.oddCancel'));
    if (accepted) all.push(t('orders.oddAccepted', { by: accepted.by }));
    if (kind !== 'sale' && state.name !== 'ignored') all.push(t(`orders.kinds.${kind ?? 'other'}`));
    return all;
  };
}
