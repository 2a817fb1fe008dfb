// The columns by which promotions are listed, wherever they are. Shows what the record says and adds nothing up.
import { useTranslation } from 'react-i18next';
import type { Listed } from '../../api/client';
import { moment } from '../../format/time';
import { Moment } from '../../pieces/Moment';
import type { Column } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import { percent, saidOfPromotion } from './words';

type Promotion = Listed<'/api/v1/promotions'>;

/** The columns of rows that hold a promotion. */
export function usePromotionColumns<Row>(of: (row: Row) => Promotion): Column<Row>[] {
  const { t } = useTranslation();
  const word = (row: Row) => t(`promotions.state.${saidOfPromotion(of(row).record.state).key}`);
  const why = (row: Row) => {
    const { state } = of(row).record;
    if (state.name === 'suspended') return t(`promotions.cause.${state.cause}`);
    return state.name === 'ended' ? t(`promotions.ending.${state.ending}`) : '';
  };
  return [
    { key: 'name', title: t('promotions.name'), cell: (row) => of(row).record.name, text: (row) => of(row).record.name },
    { key: 'state', title: t('promotions.stateOf'), width: 120, cell: (row) => <StatusTag tone={saidOfPromotion(of(row).record.state).tone} word={word(row)} />, text: word },
    { key: 'why', title: t('promotions.why'), cell: why, text: why },
    { key: 'from', title: t('promotions.from'), width: 136, cell: (row) => <Moment at={of(row).record.starts_at} />, text: (row) => moment(of(row).record.starts_at) },
    { key: 'to', title: t('promotions.to'), width: 136, cell: (row) => <Moment at={of(row).record.ends_at} />, text: (row) => moment(of(row).record.ends_at) },
    { key: 'funded', title: t('promotions.funded'), isFigure: true, width: 136, cell: (row) => percent(of(row).record.funded), text: (row) => percent(of(row).record.funded) },
    { key: 'id', title: t('promotions.id'), isExtra: true, cell: (row) => <code>{of(row).id}</code>, text: (row) => of(row).id },
  ];
}
