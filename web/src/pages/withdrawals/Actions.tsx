// What may be done with a withdrawal now, each with what will happen. Never decides what is allowed, and never sends money by itself.
import { Input, Select } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { saidOf, useGive } from '../../api/act';
import type { CommandName, Schemas } from '../../api/client';
import { textOf } from '../../api/problem';
import { spoken } from '../../format/money';
import { useMe } from '../../pieces/actor';
import { CodeInput } from '../../pieces/CodeInput';
import { DecisionPanel, type Action } from '../../pieces/DecisionPanel';
import { useLanguage } from '../../text';
import { useAccountName, useBankAccounts } from '../bank/known';
import { nextRole, type Withdrawal } from './states';

interface Given {
  withdrawal: Withdrawal;
  environment: Schemas['Environment'];
  allowed: readonly Schemas['Allowed'][];
  merchant: string;
  merchantName: string;
  onDone: (said: string) => void;
}

/** What is often meant; any other code may be typed. */
const CODES = ['card_in_question', 'wrong_card', 'amount_in_question', 'asked_by_merchant'];

export function Actions(given: Given) {
  const { t } = useTranslation();
  const language = useLanguage();
  const actions = useActions(given);
  const now = actions.filter(({ refused }) => refused === undefined);
  const later = actions.filter(({ refused }) => refused !== undefined);
  return (
    <>
      <DecisionPanel actions={now} />
      {later.length > 0 && (
        <details className="z-later">
          <summary>{t('withdrawals.notNow')}</summary>
          <ul>
            {later.map(({ command, label, refused }) => (
              <li key={command}>
                {label}
                {refused && (
                  <p className="z-quiet z-small">
                    {textOf(refused.why, language)} {textOf(refused.cure, language)} ({t('problem.rule', { rule: refused.rule })})
                  </p>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function useActions({ withdrawal, environment, allowed, merchant, merchantName, onDone }: Given): Action[] {
  const { t } = useTranslation();
  const give = useGive();
  const accountName = useAccountName();
  const me = useMe();
  const [reason, setReason] = useState('');
  const [from, setFrom] = useState<string>();
  const [evidence, setEvidence] = useState('');
  const { amount, to, approvals, maker, needs_finance: needsFinance } = withdrawal;
  const money = spoken(amount);
  const body = { environment, merchant, withdrawal: withdrawal.id };
  const role = nextRole(withdrawal);
  const hadPart = me !== undefined && (me === maker || approvals.some(({ actor }) => actor === me));
  const second = hadPart ? t('withdrawals.needs.second') : undefined;
  const payee = { amount: money, holder: to.holder, bank: to.bank, account: to.account_no };
  const pays = { fields: <PayFrom currency={amount.currency} value={from} onValue={setFrom} />, needs: from === undefined ? t('withdrawals.needs.account') : undefined };
  const paysWill = from !== undefined && <p>{t('withdrawals.will.pay', { ...payee, from: accountName(from) })}</p>;
  const known = (command: CommandName, rest: Omit<Action, 'command' | 'refused'>): Action[] => {
    const said = saidOf(allowed, command);
    return said ? [{ command, refused: said.refused, ...rest }] : [];
  };
  return [
    ...known('prepaid.approve_withdrawal', {
      label: t('withdrawals.approve', { role: t(`withdrawals.role.${role}`) }),
      isMain: true,
      needs: second,
      consequence: <p>{t(role === 'operations' && needsFinance ? 'withdrawals.will.approveFirst' : 'withdrawals.will.approve', payee)}</p>,
      onDo: async () => {
        await give('prepaid.approve_withdrawal', { ...body, role });
        onDone(t('withdrawals.done.approved', payee));
      },
    }),
    ...known('prepaid.send_withdrawal', {
      label: t('withdrawals.send'),
      isMain: true,
      ...pays,
      consequence: paysWill,
      onDo: async () => {
        if (from === undefined) return;
        await give('prepaid.send_withdrawal', { ...body, bank_account: from });
        onDone(t('withdrawals.done.sent', payee));
      },
    }),
    ...known('prepaid.retry_withdrawal', {
      label: t('withdrawals.retry'),
      isMain: true,
      ...pays,
      consequence: paysWill,
      onDo: async () => {
        if (from === undefined) return;
        await give('prepaid.retry_withdrawal', { ...body, bank_account: from });
        onDone(t('withdrawals.done.sent', payee));
      },
    }),
    ...known('prepaid.reverse_withdrawal', {
      label: t('withdrawals.reverse'),
      fields: (
        <Labelled label={t('withdrawals.evidence')} hint={t('withdrawals.evidenceHint')}>
          {(id) => <Input.TextArea id={id} rows={2} maxLength={500} value={evidence} onChange={({ target }) => setEvidence(target.value)} />}
        </Labelled>
      ),
      needs: second ?? (evidence.trim() === '' ? t('withdrawals.needs.evidence') : undefined),
      consequence: <p>{t('withdrawals.will.reverse', { ...payee, merchant: merchantName })}</p>,
      onDo: async () => {
        await give('prepaid.reverse_withdrawal', { ...body, evidence: evidence.trim() });
        onDone(t('withdrawals.done.reversed', payee));
      },
    }),
    ...known('prepaid.reject_withdrawal', {
      label: t('withdrawals.reject'),
      isDanger: true,
      fields: <CodeInput label={t('withdrawals.reason')} hint={t('withdrawals.reasonHint')} value={reason} onValue={setReason} often={CODES} letters={35} />,
      needs: reason.trim() === '' ? t('withdrawals.needs.reason') : undefined,
      consequence: <p>{t('withdrawals.will.reject', { ...payee, merchant: merchantName })}</p>,
      onDo: async () => {
        await give('prepaid.reject_withdrawal', { ...body, reason: reason.trim() });
        onDone(t('withdrawals.done.rejected', payee));
      },
    }),
    ...known('prepaid.cancel_withdrawal', {
      label: t('withdrawals.cancel'),
      consequence: <p>{t('withdrawals.will.cancel', { ...payee, merchant: merchantName })}</p>,
      onDo: async () => {
        await give('prepaid.cancel_withdrawal', body);
        onDone(t('withdrawals.done.cancelled', payee));
      },
    }),
  ];
}

function PayFrom({ currency, value, onValue }: { currency: string; value: string | undefined; onValue: (account: string) => void }) {
  const { t } = useTranslation();
  const accountName = useAccountName();
  const accounts = useBankAccounts().filter((account) => account.currency === currency);
  return (
    <Labelled label={t('withdrawals.from')}>
      {(id) => (
        <Select
          id={id}
          className="z-whole"
          placeholder={t('withdrawals.fromHint')}
          value={value ?? null}
          onChange={onValue}
          options={accounts.map((account) => ({ value: account.id, label: `${accountName(account.id)} · ${t(account.client_money ? 'bank.clientMoney' : 'bank.ownMoney')}` }))}
        />
      )}
    </Labelled>
  );
}

function Labelled({ label, hint, children }: { label: string; hint?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="z-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint !== undefined && <span className="z-quiet z-small">{hint}</span>}
    </div>
  );
}
