// Bank lines: those that wait for somebody first, each with why it was matched or not, and the case of one beside the list. Shows
// what the server says and computes nothing.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { ANY_TIME } from '../../api/operations';
import { usePlace } from '../../app/place';
import { useActorName } from '../../pieces/actor';
import { Amount, signed } from '../../pieces/Amount';
import { following } from '../../pieces/CaseDrawer';
import { pageOfTab } from '../../pieces/chain';
import { EmptyState } from '../../pieces/EmptyState';
import { Page } from '../../pieces/Page';
import { QueryTable, type Column } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import { useLanguage } from '../../text';
import { Held } from './Held';
import { useAccountName, useBankAccounts } from './known';
import { LineDrawer } from './LineDrawer';
import { toneOf, WAITING, whyOf } from './states';

type Row = Schemas['BankLineObject'];

const TABS = ['waits', ...WAITING, 'all'] as const;
type Tab = (typeof TABS)[number];

function tabOf(text: string | undefined): Tab {
  return TABS.find((tab) => tab === text) ?? 'waits';
}

export function BankLines() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/o/bank-lines' });
  const navigate = useNavigate();
  const { environment } = usePlace();
  const accounts = useBankAccounts();
  const accountName = useAccountName();
  const [queue, setQueue] = useState<readonly string[]>([]);
  const [said, setSaid] = useState<string>();
  const tab = tabOf(search.tab);
  const columns = useColumns();
  const to = (next: Record<string, string>) => void navigate({ to: '/o/bank-lines', search: next });
  const open = (line: string | undefined) => {
    const rest = Object.fromEntries(Object.entries(search).filter(([name]) => name !== 'line'));
    to(line === undefined ? rest : { ...rest, line });
  };
  const hear = useCallback((rows: readonly Row[]) => setQueue(rows.map(({ id }) => id)), []);
  return (
    <Page title={t('bank.title')} lead={t('bank.lead')}>
      <Held />
      {said !== undefined && search.line === undefined && (
        <p className="z-notice z-tone-done" role="status">
          {said}
        </p>
      )}
      <Segmented<Tab> className="z-tabs" aria-label={t('bank.tabs')} value={tab} options={TABS.map((value) => ({ value, label: t(`bank.tab.${value}`) }))} onChange={(value) => to(value === 'waits' ? {} : { tab: value })} />
      <QueryTable<Row>
        key={tab}
        name={`bank-lines-${tab}`}
        caption={t('bank.title')}
        columns={columns}
        filters={[{ name: 'bank_account', label: t('bank.account'), choices: accounts.map(({ id }) => ({ value: id, label: accountName(id) })) }]}
        rowKey={({ id }) => id}
        kinds={['bank_line']}
        exported={({ bank_account: one }) => (tab === 'all' && one === undefined ? { name: 'bank_lines', bank_account: null, period: ANY_TIME } : undefined)}
        fetch={({ filters, ...asked }, signal) => pageOfTab('/api/v1/bank-lines', { ...asked, tab, waiting: WAITING, query: { environment, ...filters } }, signal)}
        search={search}
        onSearch={(next) => to(tab === 'waits' ? next : { ...next, tab })}
        onRows={hear}
        onOpen={({ id }) => {
          setSaid(undefined);
          open(id);
        }}
        open={search.line}
        empty={<EmptyState title={t(tab === 'all' ? 'bank.noneTitle' : 'bank.noneWaitsTitle')} why={t(tab === 'all' ? 'bank.noneWhy' : 'bank.noneWaitsWhy')} />}
      />
      <LineDrawer
        id={search.line}
        queue={queue}
        said={said}
        onOpen={(id) => {
          setSaid(undefined);
          open(id);
        }}
        onClose={() => {
          setSaid(undefined);
          open(undefined);
        }}
        onDone={(id, what) => {
          setSaid(what);
          open(following(queue, id));
        }}
      />
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const language = useLanguage();
  const accountName = useAccountName();
  const actorName = useActorName();
  const flow = (credit: boolean) => (credit ? 'income' : 'expense');
  const why = ({ record }: Row) => whyOf(record, { t, language, accountName, actorName }).join(' ');
  return [
    { key: 'date', title: t('bank.booked'), width: 96, cell: ({ record }) => <span className="z-moment">{record.booking_date}</span>, text: ({ record }) => record.booking_date },
    { key: 'account', title: t('bank.account'), width: 150, cell: ({ record }) => accountName(record.account), text: ({ record }) => accountName(record.account) },
    {
      key: 'amount',
      title: t('money.amount'),
      width: 140,
      isFigure: true,
      cell: ({ record }) => <Amount money={record.amount} flow={flow(record.credit)} />,
      text: ({ record }) => `${signed(record.amount, flow(record.credit))} ${record.amount.currency}`,
    },
    { key: 'party', title: t('bank.party'), width: 170, cell: ({ record }) => record.payer_name || <span className="z-quiet">{t('bank.noParty')}</span>, text: ({ record }) => record.payer_name },
    { key: 'remark', title: t('bank.remark'), width: 120, cell: ({ record }) => record.remark, text: ({ record }) => record.remark },
    {
      key: 'state',
      title: t('bank.stateWhy'),
      cell: (row) => (
        <>
          <StatusTag tone={toneOf(row.record.state.name)} word={t(`bank.state.${row.record.state.name}`)} />
          <p className="z-small">{why(row)}</p>
        </>
      ),
      text: (row) => `${t(`bank.state.${row.record.state.name}`)} ${why(row)}`,
    },
    { key: 'reference', title: t('bank.reference'), isExtra: true, cell: ({ record }) => <code>{record.bank_reference}</code>, text: ({ record }) => record.bank_reference },
    { key: 'id', title: t('bank.number'), isExtra: true, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
  ];
}
