// The withdrawals of a merchant: how far each is, what may be done with it, and asking for one. Never says that money left: the
// bank's word does.
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Listed, page } from '../../api/client';
import { ANY_TIME } from '../../api/operations';
import { useObject } from '../../api/live';
import { spoken } from '../../format/money';
import { moment } from '../../format/time';
import { useActorName } from '../../pieces/actor';
import { Amount } from '../../pieces/Amount';
import { EmptyState } from '../../pieces/EmptyState';
import { Deadline, Moment } from '../../pieces/Moment';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { QueryTable, type Column } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import { may } from './acts';
import type { OfAccount } from './asking';
import { WithdrawalDecision } from './WithdrawalDecision';
import { WithdrawalFlow } from './WithdrawalFlow';
import { WITHDRAWAL } from './words';

type Row = Listed<'/api/v1/withdrawals'>;

export function Withdrawals({ of, search }: { of: OfAccount; search: Record<string, string> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { asked, object } = of;
  const go = (next: Record<string, string>) => void navigate({ to: '/o/accounts/$code', params: { code: asked.code }, search: { tab: 'withdrawals', ...next } });
  const word = ({ record }: Row) => t(`accounts.withdrawal.state.${record.state.name}`);
  const columns: Column<Row>[] = [
    { key: 'at', title: t('accounts.asked'), width: 136, cell: ({ record }) => <Moment at={record.requested_at} />, text: ({ record }) => moment(record.requested_at) },
    { key: 'amount', title: t('money.amount'), isFigure: true, width: 136, cell: ({ record }) => <Amount money={record.amount} />, text: ({ record }) => spoken(record.amount) },
    { key: 'state', title: t('accounts.stateOf'), width: 140, cell: (row) => <StatusTag tone={WITHDRAWAL[row.record.state.name]} word={word(row)} />, text: word },
    { key: 'to', title: t('accounts.withdrawal.to'), cell: ({ record }) => `${record.to.bank} ${record.to.account_no}`, text: ({ record }) => `${record.to.bank} ${record.to.account_no}` },
    { key: 'id', title: t('accounts.id'), isExtra: true, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
  ];
  if (search.new !== undefined) return <WithdrawalFlow of={of} onEnd={(id) => go(id === undefined ? {} : { open: id })} />;
  return (
    <div className={search.open === undefined ? undefined : 'z-columns'}>
      <QueryTable<Row>
        name="withdrawals-of"
        caption={t('accounts.tab.withdrawals')}
        columns={columns}
        rowKey={({ id }) => id}
        kinds={['withdrawal']}
        exported={() => ({ name: 'withdrawals', merchant: asked.code, period: ANY_TIME })}
        fetch={async ({ after, limit }, signal) => {
          const { rows, next_after: next } = await page('/api/v1/withdrawals', { environment: asked.environment, merchant: asked.code, order: 'newest', limit, ...(after !== undefined && { after }) }, signal);
          return { rows, next: next ?? undefined };
        }}
        search={search}
        onSearch={go}
        empty={<EmptyState title={t('accounts.withdrawal.none')} why={t('accounts.withdrawal.noneWhy')} />}
        onOpen={({ id }) => go({ ...search, open: id })}
        open={search.open}
        tools={
          <Button type="primary" disabled={!may(object.allowed, 'prepaid.request_withdrawal')} onClick={() => go({ new: '1' })}>
            {t('accounts.withdrawal.begin')}
          </Button>
        }
      />
      {search.open !== undefined && <Opened id={search.open} of={of} />}
    </div>
  );
}

function Opened({ id, of }: { id: string; of: OfAccount }) {
  const { t } = useTranslation();
  const nameOf = useActorName();
  const found = useObject('/api/v1/withdrawals', 'withdrawal', id);
  if (found.error) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  const { record } = found.data;
  const { state, to, approvals, failures } = record;
  return (
    <div className="z-aside">
      <Section title={t('accounts.withdrawal.one')} actions={<StatusTag tone={WITHDRAWAL[state.name]} word={t(`accounts.withdrawal.state.${state.name}`)} />}>
        <p className="z-large">
          <Amount money={record.amount} />
        </p>
        <p>
          {to.holder} · {to.bank} · <span className="z-figures">{to.account_no}</span>
        </p>
        {state.name === 'sent' && <Deadline at={state.answer_by} />}
        <ul className="z-items">
          <li>
            <span className="z-grow">{t('accounts.withdrawal.by', { actor: nameOf(record.maker) })}</span>
            <Moment at={record.requested_at} />
          </li>
          {approvals.map(({ actor, role, at }) => (
            <li key={role}>
              <span className="z-grow">{t(`accounts.withdrawal.agreed.${role}`, { actor: nameOf(actor) })}</span>
              <Moment at={at} />
            </li>
          ))}
          {failures.map(({ at, code, text }) => (
            <li key={at}>
              <span className="z-grow">
                {t('accounts.withdrawal.failed')} <code>{code}</code> {text}
              </span>
              <Moment at={at} />
            </li>
          ))}
        </ul>
        {record.needs_finance && <p className="z-quiet">{t(record.first_use ? 'accounts.withdrawal.firstUse' : 'accounts.withdrawal.large')}</p>}
      </Section>
      <WithdrawalDecision object={found.data} of={of} />
    </div>
  );
}
