// What may be done with a promotion, each with what follows. Never decides what is allowed: the server says
// it. This is always the operator's hand.
import { useTranslation } from 'react-i18next';
import { useGive } from '../../api/act';
import type { Listed } from '../../api/client';
import { DecisionPanel } from '../../pieces/DecisionPanel';
import { offered, type Offer } from '../accounts/acts';

export function PromotionDecision({ object, merchant }: { object: Listed<'/api/v1/promotions'>; merchant: string }) {
  const { t } = useTranslation();
  const give = useGive();
  const { record, allowed, environment } = object;
  const base = { environment, merchant, promotion: record.id };
  const { name } = record;
  const schedule: Offer = {
    command: 'prepaid.schedule_promotion',
    label: t('promotions.schedule'),
    isMain: true,
    consequence: <p>{t('promotions.scheduleWhat', { name })}</p>,
    onDo: async () => {
      await give('prepaid.schedule_promotion', base);
    },
  };
  return (
    <DecisionPanel
      actions={record.state.name === 'ended' ? [] : offered(allowed, [
        // Once it is scheduled, saying so again changes nothing.
        ...(record.state.name === 'drafted' ? [schedule] : []),
        {
          command: 'prepaid.resume_promotion',
          label: t('promotions.resume'),
          consequence: <p>{t('promotions.resumeWhat', { name })}</p>,
          onDo: async () => {
            await give('prepaid.resume_promotion', { ...base, by: 'operator' });
          },
        },
        {
          command: 'prepaid.suspend_promotion',
          label: t('promotions.suspend'),
          consequence: <p>{t('promotions.suspendWhat', { name })}</p>,
          onDo: async () => {
            await give('prepaid.suspend_promotion', { ...base, by: 'operator' });
          },
        },
        {
          command: 'prepaid.end_promotion',
          label: t('promotions.end'),
          isDanger: true,
          consequence: <p>{t('promotions.endWhat', { name })}</p>,
          onDo: async () => {
            await give('prepaid.end_promotion', { ...base, by: 'operator' });
          },
        },
      ])}
    />
  );
}
