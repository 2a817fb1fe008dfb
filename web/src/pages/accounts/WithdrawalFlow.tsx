// Asking for a withdrawal in steps: how much, to which card, and what happens then. Only the bound card is ever paid, and two
// people agree before anything is sent.
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGive } from '../../api/act';
import { spoken } from '../../format/money';
import { Amount } from '../../pieces/Amount';
import { MoneyInput, typed, type Typed } from '../../pieces/MoneyInput';
import { Section } from '../../pieces/Page';
import { StepFlow } from '../../pieces/StepFlow';
import type { OfAccount } from './asking';

/** `onEnd` is told the withdrawal, or nothing where none was asked for. */
export function WithdrawalFlow({ of: { asked, standing, object }, onEnd }: { of: OfAccount; onEnd: (withdrawal: string | undefined) => void }) {
  const { t } = useTranslation();
  const give = useGive();
  const [value, setValue] = useState<Typed>(() => typed('', standing.currency));
  const card = object.record.wire_account;
  const finish = async () => {
    if (!value.money) return;
    const reply = await give('prepaid.request_withdrawal', { environment: asked.environment, merchant: standing.merchant.id, programme: asked.programme, amount: value.money });
    onEnd(reply.withdrawal);
  };
  return (
    <Section title={t('accounts.withdrawal.begin')} actions={<Button onClick={() => onEnd(undefined)}>{t('decision.cancel')}</Button>}>
      <StepFlow
        finishLabel={t('accounts.withdrawal.ask')}
        onFinish={finish}
        steps={[
          {
            key: 'amount',
            title: t('accounts.withdrawal.howMuch'),
            isReady: value.money !== undefined,
            content: (
              <>
                <MoneyInput label={t('accounts.withdrawal.amount')} value={value} onChange={setValue} currencies={[standing.currency]} />
                <p className="z-quiet">
                  {t('accounts.figure.available')} <Amount money={standing.available} />
                </p>
              </>
            ),
          },
          {
            key: 'check',
            title: t('accounts.withdrawal.check'),
            isReady: value.money !== undefined && card !== null,
            content: (
              <ol className="z-bullets">
                <li>{value.money && t('accounts.withdrawal.then.taken', { amount: spoken(value.money) })}</li>
                <li>{t('accounts.withdrawal.then.agree')}</li>
                <li>{card ? t('accounts.withdrawal.then.paid', { holder: card.holder, bank: card.bank, number: card.account_no }) : t('accounts.withdrawal.noCard')}</li>
                <li>{t('accounts.withdrawal.then.refused')}</li>
              </ol>
            ),
          },
        ]}
      />
    </Section>
  );
}
