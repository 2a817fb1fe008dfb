// Where a merchant wires to: each of our accounts that takes it, to be copied. Holds no account number of its own.
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../pieces/CopyText';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { type Asked, type HowToPay, useHowToPay } from './asking';

/** One account of ours. */
export function Receiver({ one }: { one: HowToPay['receivers'][number] }) {
  const { t } = useTranslation();
  return (
    <div>
      <CopyText label={t('accounts.pay.bank')} text={one.bank} />
      <CopyText label={t('accounts.pay.number')} text={one.number} />
      <CopyText label={t('accounts.pay.holder')} text={one.holder} />
    </div>
  );
}

export function Receivers({ asked }: { asked: Asked }) {
  const { t } = useTranslation();
  const how = useHowToPay(asked);
  return (
    <Section title={t('accounts.pay.title')}>
      {how.error && <ProblemAlert error={how.error} onRetry={() => void how.refetch()} />}
      {how.data?.receivers.map((one) => <Receiver key={one.number} one={one} />)}
    </Section>
  );
}
