// What was booked on an account, the newest first: debit beside credit, transfers of one transaction together, each with what it
// was booked for. Never nets them.
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas, told } from '../../api/client';
import { spoken } from '../../format/money';
import { moment } from '../../format/time';
import { Amount } from '../../pieces/Amount';
import { EmptyState } from '../../pieces/EmptyState';
import { Moment } from '../../pieces/Moment';
import { Section } from '../../pieces/Page';
import { QueryTable, type Column } from '../../pieces/QueryTable';
import type { Search } from '../../pieces/url';
import { useLanguage } from '../../text';
import { idOf, Subject, wordOf } from './Subject';

type Transfer = Schemas['Transfer'];

/** Of one transaction the first says what it is. */
type Row = Transfer & { isFirst: boolean };

const LIMIT = 20;

/** Rows in their order, each knowing whether it begins a transaction. */
export function grouped(rows: readonly Transfer[]): Row[] {
  return rows.map((row, at) => ({ ...row, isFirst: rows[at - 1]?.transaction !== row.transaction }));
}

interface Given {
  account: string;
  known: Schemas['LedgerAccount'] | undefined;
  search: Search;
  onSearch: (search: Search) => void;
  onClose: () => void;
}

export function Transfers({ account, known, search, onSearch, onClose }: Given) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [subject, setSubject] = useState<Transfer>();
  const amount = (row: Row, side: Transfer['side']) => row.side === side && <Amount money={row.amount} />;
  const columns: Column<Row>[] = [
    { key: 'booked', title: t('ledger.bookedAt'), width: 140, cell: ({ booked_at, isFirst }) => isFirst && <Moment at={booked_at} />, text: ({ booked_at }) => moment(booked_at) },
    { key: 'kind', title: t('ledger.kind'), cell: ({ kind, isFirst }) => isFirst && t(`ledger.kinds.${wordOf(kind)}`), text: ({ kind }) => t(`ledger.kinds.${wordOf(kind)}`) },
    {
      key: 'subject',
      title: t('ledger.subject'),
      width: 190,
      cell: (row) =>
        row.isFirst && (
          <button type="button" className="z-link" onClick={() => setSubject(row)}>
            <code>{idOf(row)}</code>
          </button>
        ),
      text: idOf,
    },
    { key: 'debit', title: t('ledger.debit'), width: 150, isFigure: true, cell: (row) => amount(row, 'debit'), text: (row) => (row.side === 'debit' ? spoken(row.amount) : '') },
    { key: 'credit', title: t('ledger.credit'), width: 150, isFigure: true, cell: (row) => amount(row, 'credit'), text: (row) => (row.side === 'credit' ? spoken(row.amount) : '') },
    { key: 'value', title: t('ledger.valueDate'), width: 110, isExtra: true, cell: ({ value_date }) => <span className="z-figures">{value_date}</span>, text: ({ value_date }) => value_date },
    { key: 'transaction', title: t('ledger.transaction'), width: 180, cell: ({ transaction, isFirst }) => (isFirst ? <code>{transaction}</code> : <span className="z-quiet">{t('ledger.same')}</span>), text: ({ transaction }) => transaction },
  ];
  const title = known ? t('ledger.transfersOf', { code: known.code, name: known[language] }) : t('ledger.transfers');
  return (
    <Section title={title} lead={t('ledger.transfersLead')} actions={<Button onClick={onClose}>{t('ledger.close')}</Button>}>
      <QueryTable<Row>
        name="transfers"
        caption={title}
        columns={columns}
        rowKey={({ id }) => id}
        kinds={['hold', 'top_up', 'withdrawal', 'bank_line']}
        limit={LIMIT}
        fetch={async ({ after, limit }, signal) => {
          const query = { limit, ...(after !== undefined && { after }) };
          const { rows, next_after } = await told(api.GET('/api/v1/ledger/accounts/{id}/transfers', { params: { path: { id: account }, query }, ...(signal && { signal }) }));
          return { rows: grouped(rows), next: next_after ?? undefined };
        }}
        of={account}
        search={search}
        onSearch={onSearch}
        empty={<EmptyState title={t('ledger.noTransfers')} why={t('ledger.noTransfersWhy')} />}
      />
      <Subject of={subject} onClose={() => setSubject(undefined)} />
    </Section>
  );
}
