// The top-ups of a merchant: how far each is, what must be in its wire, and asking for another. Never says that money came:
// the bank's lines do.
import { Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useGive } from '../../api/act';
import { page, type Listed } from '../../api/client';
import { ANY_TIME } from '../../api/operations';
import { useObject } from '../../api/live';
import { spoken } from '../../format/money';
import { moment } from '../../format/time';
import { Amount } from '../../pieces/Amount';
import { CopyText } from '../../pieces/CopyText';
import { DecisionPanel } from '../../pieces/DecisionPanel';
import { EmptyState } from '../../pieces/EmptyState';
import { Moment } from '../../pieces/Moment';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { QueryTable, type Column } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import { may, offered } from './acts';
import type { OfAccount } from './asking';
import { TopUpFlow } from './TopUpFlow';
import { Receivers } from './Receivers';
import { Until } from './Until';
import { TOP_UP } from './words';

type Row = Listed<'/api/v1/top-ups'>;

export function TopUps({ of, search }: { of: OfAccount; search: Record<string, string> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { asked, object } = of;
  const go = (next: Record<string, string>) => void navigate({ to: '/o/accounts/$code', params: { code: asked.code }, search: { tab: 'top-ups', ...next } });
  const word = ({ record }: Row) => t(`accounts.topUp.state.${record.state.name}`);
  const columns: Column<Row>[] = [
    { key: 'at', title: t('accounts.asked'), width: 136, cell: ({ record }) => <Moment at={record.requested_at} />, text: ({ record }) => moment(record.requested_at) },
    { key: 'amount', title: t('money.amount'), isFigure: true, width: 136, cell: ({ record }) => <Amount money={record.amount} />, text: ({ record }) => spoken(record.amount) },
    { key: 'state', title: t('accounts.stateOf'), width: 140, cell: (row) => <StatusTag tone={TOP_UP[row.record.state.name]} word={word(row)} />, text: word },
    { key: 'remark', title: t('accounts.topUp.remark'), width: 128, cell: ({ record }) => <code>{record.remark_code}</code>, text: ({ record }) => record.remark_code },
    { key: 'payer', isExtra: true, title: t('accounts.topUp.payer'), cell: ({ record }) => record.payer, text: ({ record }) => record.payer },
    { key: 'id', title: t('accounts.id'), isExtra: true, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
  ];
  if (search.new !== undefined) return <TopUpFlow of={of} amount={search.amount} onEnd={(id) => go(id === undefined ? {} : { open: id })} />;
  return (
    <div className={search.open === undefined ? undefined : 'z-columns'}>
      <QueryTable<Row>
        name="top-ups-of"
        caption={t('accounts.tab.top-ups')}
        columns={columns}
        rowKey={({ id }) => id}
        kinds={['top_up']}
        exported={() => ({ name: 'top_ups', merchant: asked.code, period: ANY_TIME })}
        fetch={async ({ after, limit }, signal) => {
          const { rows, next_after: next } = await page('/api/v1/top-ups', { environment: asked.environment, merchant: asked.code, order: 'newest', limit, ...(after !== undefined && { after }) }, signal);
          return { rows, next: next ?? undefined };
        }}
        search={search}
        onSearch={go}
        empty={<EmptyState title={t('accounts.topUp.none')} why={t('accounts.topUp.noneWhy')} />}
        onOpen={({ id }) => go({ ...search, open: id })}
        open={search.open}
        tools={
          <Button type="primary" disabled={!may(object.allowed, 'prepaid.request_top_up')} onClick={() => go({ new: '1' })}>
            {t('accounts.topUp.begin')}
          </Button>
        }
      />
      {search.open !== undefined && <Opened id={search.open} of={of} />}
    </div>
  );
}

function Opened({ id, of }: { id: string; of: OfAccount }) {
  const { t } = useTranslation();
  const give = useGive();
  const found = useObject('/api/v1/top-ups', 'top_up', id);
  if (found.error) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  const { record, allowed } = found.data;
  const { state } = record;
  const line = 'line' in state ? state.line : undefined;
  return (
    <div className="z-aside">
      <Section title={t('accounts.topUp.one')} actions={<StatusTag tone={TOP_UP[state.name]} word={t(`accounts.topUp.state.${state.name}`)} />}>
        <p className="z-large">
          <Amount money={record.amount} />
        </p>
        {state.name === 'awaiting_funds' && <Until at={state.expires_at} />}
        <CopyText label={t('accounts.topUp.remark')} text={record.remark_code} />
        <CopyText label={t('accounts.topUp.payer')} text={record.payer} />
        {line !== undefined && (
          <Link to="/o/bank-lines" search={{ line }}>
            {t('accounts.stopped.toLine')}
          </Link>
        )}
      </Section>
      {state.name === 'awaiting_funds' && <Receivers asked={of.asked} />}
      <DecisionPanel
        actions={offered(allowed, [
          {
            command: 'prepaid.cancel_top_up',
            label: t('accounts.topUp.cancel'),
            isDanger: true,
            consequence: <p>{t('accounts.topUp.cancelWhat', { amount: spoken(record.amount), code: record.remark_code })}</p>,
            onDo: async () => {
              await give('prepaid.cancel_top_up', { environment: of.asked.environment, merchant: of.standing.merchant.id, top_up: id });
            },
          },
        ])}
      />
    </div>
  );
}
