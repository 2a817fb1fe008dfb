// Asking for a top-up in steps: how much, how it is paid, and what to write into the wire. Moves no money: it waits for a wire
// of exactly this amount, from exactly this company.
import { Button, Radio } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGive } from '../../api/act';
import type { CommandReply } from '../../api/client';
import { figures, spoken } from '../../format/money';
import { Amount } from '../../pieces/Amount';
import { CopyText } from '../../pieces/CopyText';
import { MoneyInput, typed, type Typed } from '../../pieces/MoneyInput';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { StepFlow } from '../../pieces/StepFlow';
import { type OfAccount, useHowToPay } from './asking';
import { Receiver } from './Receivers';
import { Until } from './Until';

interface Given {
  of: OfAccount;
  /** What must come in at least, where somebody came from there. */
  amount?: string | undefined;
  /** It is over, with the request or without one. */
  onEnd: (topUp: string | undefined) => void;
}

export function TopUpFlow({ of: { asked, standing }, amount, onEnd }: Given) {
  const { t } = useTranslation();
  const give = useGive();
  const place = useRef<HTMLDivElement>(null);
  const how = useHowToPay(asked);
  const [value, setValue] = useState<Typed>(() => typed(figures(amount ?? ''), standing.currency));
  const [to, setTo] = useState('');
  const [reply, setReply] = useState<CommandReply<'prepaid.request_top_up'>>();
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const receivers = how.data?.receivers ?? [];
  const chosen = receivers.find(({ number }) => number === to) ?? receivers[0];
  const finish = async () => {
    if (!value.money) return;
    setReply(await give('prepaid.request_top_up', { environment: asked.environment, merchant: standing.merchant.id, programme: asked.programme, amount: value.money }));
  };
  if (reply) {
    return (
      <Section title={t('accounts.topUp.asked')} lead={t('accounts.topUp.askedLead')}>
        <div role="status">
          <CopyText label={t('accounts.pay.amount')} text={figures(reply.amount.amount)} />
          <CopyText label={t('accounts.topUp.remark')} text={reply.remark_code} />
          <CopyText label={t('accounts.topUp.payer')} text={reply.payer} />
          {chosen && <Receiver one={chosen} />}
          {reply.state.name === 'awaiting_funds' && <Until at={reply.state.expires_at} />}
        </div>
        <p className="z-quiet">{t('accounts.topUp.then')}</p>
        <div className="z-row">
          <Button type="primary" onClick={() => onEnd(reply.top_up)}>
            {t('accounts.topUp.follow')}
          </Button>
        </div>
      </Section>
    );
  }
  return (
    <div ref={place}>
      <Section title={t('accounts.topUp.begin')} actions={<Button onClick={() => onEnd(undefined)}>{t('decision.cancel')}</Button>}>
        {how.error && <ProblemAlert error={how.error} onRetry={() => void how.refetch()} />}
        <StepFlow
          finishLabel={t('accounts.topUp.ask')}
          onFinish={finish}
          steps={[
            {
              key: 'amount',
              title: t('accounts.topUp.howMuch'),
              isReady: value.money !== undefined && how.data !== undefined,
              content: (
                <>
                  <MoneyInput label={t('accounts.topUp.amount')} value={value} onChange={setValue} currencies={[standing.currency]} />
                  {how.data && <p className="z-quiet">{t('accounts.topUp.least', { amount: spoken(how.data.least) })}</p>}
                </>
              ),
            },
            {
              key: 'pay',
              title: t('accounts.topUp.howPaid'),
              isReady: chosen !== undefined,
              content: (
                <>
                  <p>
                    {t('accounts.topUp.mustPay')} <strong>{how.data?.payer}</strong>
                  </p>
                  <Radio.Group className="z-choices" aria-label={t('accounts.topUp.howPaid')} value={chosen?.number} onChange={({ target }) => setTo(String(target.value))}>
                    {receivers.map(({ number, bank, holder }) => (
                      <Radio key={number} value={number}>
                        {bank} · <span className="z-figures">{number}</span> · {holder}
                      </Radio>
                    ))}
                  </Radio.Group>
                </>
              ),
            },
            {
              key: 'check',
              title: t('accounts.topUp.check'),
              isReady: value.money !== undefined && chosen !== undefined,
              content: (
                <dl className="z-facts">
                  <div>
                    <dt>{t('accounts.pay.amount')}</dt>
                    <dd>{value.money && <Amount money={value.money} />}</dd>
                  </div>
                  <div>
                    <dt>{t('accounts.topUp.payer')}</dt>
                    <dd>{how.data?.payer}</dd>
                  </div>
                  <div>
                    <dt>{t('accounts.pay.title')}</dt>
                    <dd>
                      {chosen?.bank} · {chosen?.number}
                    </dd>
                  </div>
                  <div>
                    <dt className="z-hidden">{t('accounts.topUp.then')}</dt>
                    <dd className="z-quiet">{t('accounts.topUp.exactly')}</dd>
                  </div>
                </dl>
              ),
            },
          ]}
        />
      </Section>
    </div>
  );
}
