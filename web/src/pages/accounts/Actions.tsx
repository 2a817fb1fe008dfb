// What may be done with a prepaid account, each with what follows from it in figures. Never decides what is allowed: the server
// says it. The second half of something is offered once its first half is there.
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGive } from '../../api/act';
import { spoken } from '../../format/money';
import { DecisionPanel } from '../../pieces/DecisionPanel';
import { may, offered, type Offer } from './acts';
import { AlertFields, type Lines, linesOf, readyLines } from './AlertFields';
import type { OfAccount } from './asking';

const REASONS = ['legal_hold', 'binding_lost', 'name_change', 'card_returned'] as const;

export function Actions({ of, onTopUp, onWithdraw }: { of: OfAccount; onTopUp: () => void; onWithdraw: () => void }) {
  const { t } = useTranslation();
  const give = useGive();
  const { asked, standing, object } = of;
  const { allowed, record } = object;
  const [reason, setReason] = useState<(typeof REASONS)[number]>('legal_hold');
  const [lines, setLines] = useState<Lines>(() => linesOf(record.alert, standing.currency));
  const base = { environment: asked.environment, merchant: standing.merchant.id, programme: asked.programme };
  const figures = { available: spoken(standing.available), frozen: spoken(standing.frozen), owed: spoken(standing.owed) };
  const running = standing.promotions.filter(({ state }) => state.name === 'running').length;
  const set = readyLines(lines);
  /** A step without anything to fill in. */
  const plain = (command: 'prepaid.confirm_restriction' | 'prepaid.lift_restriction' | 'prepaid.close_account' | 'prepaid.confirm_closing' | 'prepaid.confirm_card', label: string, what: string, isDanger = false): Offer => ({
    command,
    label,
    isDanger,
    consequence: <p>{what}</p>,
    onDo: async () => {
      await give(command, base);
    },
  });
  const offers: Offer[] = [
    { command: 'prepaid.request_top_up', label: t('accounts.topUp.begin'), isMain: standing.breaker.state !== 'closed' && standing.open_top_ups.length === 0, onDo: () => Promise.resolve(onTopUp()) },
    { command: 'prepaid.request_withdrawal', label: t('accounts.withdrawal.begin'), onDo: () => Promise.resolve(onWithdraw()) },
    {
      command: 'prepaid.set_alerts',
      label: t('accounts.act.alerts'),
      isReady: set !== undefined,
      consequence: <AlertFields lines={lines} onLines={setLines} currency={standing.currency} />,
      onDo: async () => {
        if (set) await give('prepaid.set_alerts', { ...base, lines: set });
      },
    },
    standing.restriction === null
      ? {
          command: 'prepaid.restrict_account',
          label: t('accounts.act.restrict'),
          isDanger: true,
          consequence: (
            <>
              <p>{t('accounts.act.restrictWhat', { count: running, ...figures })}</p>
              <label className="z-field">
                {t('accounts.act.reason')}
                <Select aria-label={t('accounts.act.reason')} value={reason} options={REASONS.map((code) => ({ value: code, label: t(`accounts.reason.${code}`) }))} onChange={setReason} />
              </label>
            </>
          ),
          onDo: async () => {
            await give('prepaid.restrict_account', { ...base, reason });
          },
        }
      : plain('prepaid.lift_restriction', t('accounts.act.lift'), t('accounts.act.liftWhat', figures)),
  ];
  if (may(allowed, 'prepaid.confirm_restriction') && standing.restriction?.maker) {
    const isLift = standing.restriction.stage === 'lift_proposed';
    offers.push(plain('prepaid.confirm_restriction', t(isLift ? 'accounts.act.confirmLift' : 'accounts.act.confirmRestriction'), t('accounts.act.confirmWhat', { maker: standing.restriction.maker })));
  }
  if (may(allowed, 'prepaid.confirm_card')) {
    const card = record.proposed_card?.[0] as { bank?: string; account_no?: string } | undefined;
    offers.push(plain('prepaid.confirm_card', t('accounts.act.card'), t('accounts.act.cardWhat', { bank: card?.bank ?? '', number: card?.account_no ?? '' })));
  }
  if (standing.state.name === 'closing') offers.push(plain('prepaid.confirm_closing', t('accounts.act.confirmClosing'), t('accounts.act.confirmClosingWhat', figures), true));
  else if (standing.state.name !== 'closed') offers.push(plain('prepaid.close_account', t('accounts.act.close'), t('accounts.act.closeWhat', { count: running, ...figures }), true));
  return <DecisionPanel actions={standing.state.name === 'closed' ? [] : offered(allowed, offers)} />;
}
