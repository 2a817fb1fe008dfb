// What may be done with a withdrawal, each with what it does to the money. Never decides what is allowed, or to
// whom: the server says it.
import { Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import { useGive } from '../../api/act';
import { type CommandName, type Listed, page, type Schemas } from '../../api/client';
import { about } from '../../api/live';
import { spoken } from '../../format/money';
import { DecisionPanel } from '../../pieces/DecisionPanel';
import { may, offered, type Offer } from './acts';
import type { OfAccount } from './asking';

/** What comes next in a state, whether or not it may be given. */
const NEXT: Partial<Record<Schemas['WithdrawalState']['name'], readonly CommandName[]>> = {
  requested: ['prepaid.approve_withdrawal', 'prepaid.reject_withdrawal', 'prepaid.cancel_withdrawal'],
  approved: ['prepaid.send_withdrawal', 'prepaid.cancel_withdrawal'],
  in_manual: ['prepaid.retry_withdrawal', 'prepaid.reverse_withdrawal'],
};

export function WithdrawalDecision({ object, of: { asked, standing } }: { object: Listed<'/api/v1/withdrawals'>; of: OfAccount }) {
  const { t } = useTranslation();
  const give = useGive();
  const [reason, setReason] = useState('');
  const [evidence, setEvidence] = useState('');
  const [from, setFrom] = useState<string>();
  const ours = useQuery({
    queryKey: about(['bank_account'], 'ours', asked.environment),
    queryFn: async ({ signal }) => (await page('/api/v1/bank-accounts', { environment: asked.environment, limit: 100 }, signal)).rows,
  });
  const { record, allowed } = object;
  const base = { environment: asked.environment, merchant: standing.merchant.id, withdrawal: record.id };
  const figures = { amount: spoken(record.amount), holder: record.to.holder, number: record.to.account_no };
  const payers = (ours.data ?? []).filter(({ record: one }) => one.client_money && one.currency === record.amount.currency);
  const choose = (
    <label className="z-field">
      {t('accounts.withdrawal.from')}
      <Select
        aria-label={t('accounts.withdrawal.from')}
        value={from ?? null}
        options={payers.map(({ id, record: one }) => ({ value: id, label: `${one.bank} ${one.number}` }))}
        onChange={(id: string | null) => setFrom(id ?? undefined)}
      />
    </label>
  );
  const offers: Offer[] = [
    ...(['operations', 'finance'] as const).map((role) => ({
      command: 'prepaid.approve_withdrawal' as const,
      key: `approve-${role}`,
      label: t(`accounts.withdrawal.approve.${role}`),
      isMain: role === 'operations',
      consequence: <p>{t('accounts.withdrawal.approveWhat', figures)}</p>,
      onDo: async () => {
        await give('prepaid.approve_withdrawal', { ...base, role });
      },
    })),
    {
      command: 'prepaid.send_withdrawal',
      label: t('accounts.withdrawal.send'),
      isReady: from !== undefined,
      consequence: (
        <>
          <p>{t('accounts.withdrawal.sendWhat', figures)}</p>
          {choose}
        </>
      ),
      onDo: async () => {
        if (from !== undefined) await give('prepaid.send_withdrawal', { ...base, bank_account: from });
      },
    },
    {
      command: 'prepaid.retry_withdrawal',
      label: t('accounts.withdrawal.retry'),
      isReady: from !== undefined,
      consequence: (
        <>
          <p>{t('accounts.withdrawal.retryWhat', figures)}</p>
          {choose}
        </>
      ),
      onDo: async () => {
        if (from !== undefined) await give('prepaid.retry_withdrawal', { ...base, bank_account: from });
      },
    },
    {
      command: 'prepaid.cancel_withdrawal',
      label: t('accounts.withdrawal.cancel'),
      consequence: <p>{t('accounts.withdrawal.backWhat', figures)}</p>,
      onDo: async () => {
        await give('prepaid.cancel_withdrawal', base);
      },
    },
    {
      command: 'prepaid.reject_withdrawal',
      label: t('accounts.withdrawal.reject'),
      isDanger: true,
      isReady: reason.trim() !== '',
      consequence: (
        <>
          <p>{t('accounts.withdrawal.backWhat', figures)}</p>
          <label className="z-field">
            {t('accounts.withdrawal.reason')}
            <Input value={reason} maxLength={64} onChange={({ target }) => setReason(target.value)} />
          </label>
        </>
      ),
      onDo: async () => {
        await give('prepaid.reject_withdrawal', { ...base, reason: reason.trim() });
      },
    },
    {
      command: 'prepaid.reverse_withdrawal',
      label: t('accounts.withdrawal.reverse'),
      isDanger: true,
      isReady: evidence.trim() !== '',
      consequence: (
        <>
          <p>{t('accounts.withdrawal.backWhat', figures)}</p>
          <label className="z-field">
            {t('accounts.withdrawal.evidence')}
            <Input value={evidence} maxLength={500} onChange={({ target }) => setEvidence(target.value)} />
          </label>
        </>
      ),
      onDo: async () => {
        await give('prepaid.reverse_withdrawal', { ...base, evidence: evidence.trim() });
      },
    },
  ];
  // What may be given is offered; beside it what comes next in this state, with the reason why not yet.
  const next: readonly string[] = NEXT[record.state.name] ?? [];
  return <DecisionPanel actions={offered(allowed, offers.filter(({ command }) => may(allowed, command) || next.includes(command)))} />;
}
