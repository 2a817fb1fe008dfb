// Withdrawals: those that wait for somebody first, and one beside the list with its checks and its payment. Shows what the server
// says and computes nothing.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { ANY_TIME } from '../../api/operations';
import { usePlace } from '../../app/place';
import { moment } from '../../format/time';
import { spoken } from '../../format/money';
import { useActorName } from '../../pieces/actor';
import { Amount } from '../../pieces/Amount';
import { following } from '../../pieces/CaseDrawer';
import { pageOfTab } from '../../pieces/chain';
import { EmptyState } from '../../pieces/EmptyState';
import { Moment } from '../../pieces/Moment';
import { Page } from '../../pieces/Page';
import { QueryTable, type Column } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import { ending } from '../bank/known';
import { toneOf, WAITING, whyOf } from './states';
import { WithdrawalDrawer } from './WithdrawalDrawer';

type Row = Schemas['WithdrawalObject'];

const TABS = ['waits', ...WAITING, 'sent', 'all'] as const;
type Tab = (typeof TABS)[number];

export function Withdrawals() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/o/withdrawals' });
  const navigate = useNavigate();
  const { environment } = usePlace();
  const [queue, setQueue] = useState<readonly string[]>([]);
  const [said, setSaid] = useState<string>();
  const tab = TABS.find((one) => one === search.tab) ?? 'waits';
  const columns = useColumns();
  const to = (next: Record<string, string>) => void navigate({ to: '/o/withdrawals', search: next });
  const open = (withdrawal: string | undefined, what?: string) => {
    const rest = Object.fromEntries(Object.entries(search).filter(([name]) => name !== 'withdrawal'));
    setSaid(what);
    to(withdrawal === undefined ? rest : { ...rest, withdrawal });
  };
  const hear = useCallback((rows: readonly Row[]) => setQueue(rows.map(({ id }) => id)), []);
  return (
    <Page title={t('withdrawals.title')} lead={t('withdrawals.lead')}>
      {said !== undefined && search.withdrawal === undefined && (
        <p className="z-notice z-tone-done" role="status">
          {said}
        </p>
      )}
      <Segmented<Tab> className="z-tabs" aria-label={t('withdrawals.tabs')} value={tab} options={TABS.map((value) => ({ value, label: t(`withdrawals.tab.${value}`) }))} onChange={(value) => to(value === 'waits' ? {} : { tab: value })} />
      <QueryTable<Row>
        key={tab}
        name={`withdrawals-${tab}`}
        caption={t('withdrawals.title')}
        columns={columns}
        filters={[{ name: 'merchant', label: t('withdrawals.merchantCode') }]}
        rowKey={({ id }) => id}
        kinds={['withdrawal']}
        exported={({ merchant }) => (tab === 'all' ? { name: 'withdrawals', merchant: merchant ?? null, period: ANY_TIME } : undefined)}
        fetch={({ filters, ...asked }, signal) => pageOfTab('/api/v1/withdrawals', { ...asked, tab, waiting: WAITING, query: { environment, ...filters } }, signal)}
        search={search}
        onSearch={(next) => to(tab === 'waits' ? next : { ...next, tab })}
        onRows={hear}
        onOpen={({ id }) => open(id)}
        open={search.withdrawal}
        empty={<EmptyState title={t(tab === 'all' ? 'withdrawals.noneTitle' : 'withdrawals.noneWaitsTitle')} why={t(tab === 'all' ? 'withdrawals.noneWhy' : 'withdrawals.noneWaitsWhy')} />}
      />
      <WithdrawalDrawer id={search.withdrawal} queue={queue} said={said} onOpen={(id) => open(id)} onClose={() => open(undefined)} onDone={(id, what) => open(following(queue, id), what)} />
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const actorName = useActorName();
  const word = ({ record: { state } }: Row) => t(`withdrawals.state.${state.name}`);
  const agreed = ({ record: { approvals } }: Row) => approvals.map(({ actor, role }) => `${actorName(actor)} (${t(`withdrawals.role.${role}`)})`).join(', ');
  return [
    { key: 'at', title: t('withdrawals.requested'), width: 136, cell: ({ record }) => <Moment at={record.requested_at} />, text: ({ record }) => moment(record.requested_at) },
    {
      key: 'holder',
      title: t('withdrawals.holder'),
      width: 240,
      cell: ({ record: { to } }) => (
        <>
          {to.holder}
          <p className="z-quiet z-small">
            {to.bank} {ending(to.account_no)}
          </p>
        </>
      ),
      text: ({ record: { to } }) => to.holder,
    },
    { key: 'amount', title: t('money.amount'), width: 140, isFigure: true, cell: ({ record }) => <Amount money={record.amount} flow="expense" />, text: ({ record }) => spoken(record.amount) },
    {
      key: 'state',
      title: t('withdrawals.stateWhy'),
      cell: (row) => (
        <>
          <StatusTag tone={toneOf(row.record.state.name)} word={word(row)} />
          <p className="z-small">{whyOf(row.record, t, actorName)}</p>
        </>
      ),
      text: (row) => `${word(row)} ${whyOf(row.record, t, actorName)}`,
    },
    { key: 'agreed', title: t('withdrawals.agreedBy'), width: 200, cell: (row) => agreed(row), text: agreed },
    { key: 'maker', title: t('withdrawals.maker'), isExtra: true, cell: ({ record }) => record.maker, text: ({ record }) => record.maker },
    { key: 'id', title: t('withdrawals.number'), isExtra: true, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
  ];
}
