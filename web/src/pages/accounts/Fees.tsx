// The fees of a merchant's orders: what each order froze, settled and gave back, and every movement of a period. Adds nothing up.
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Radio, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Listed, page, told } from '../../api/client';
import { ANY_TIME } from '../../api/operations';
import { about } from '../../api/live';
import { textOf } from '../../api/problem';
import { isZero, type Money, spoken } from '../../format/money';
import { moment } from '../../format/time';
import { Amount } from '../../pieces/Amount';
import { EmptyState } from '../../pieces/EmptyState';
import { Moment } from '../../pieces/Moment';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { QueryTable, type Column } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import { type Text, useLanguage } from '../../text';
import type { Asked } from './asking';
import { daysOf, momentsOf, PeriodField } from './period';
import { HOLD, isHoldWord } from './words';

type Hold = Listed<'/api/v1/holds'>;

interface Movement {
  at: string;
  hold: string;
  kind: Text;
  order: string;
  amount: Money;
}

export function Fees({ asked, search }: { asked: Asked; search: Record<string, string> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const go = (next: Record<string, string>) => void navigate({ to: '/o/accounts/$code', params: { code: asked.code }, search: { tab: 'fees', ...next } });
  const isMovements = search.show === 'movements';
  return (
    <>
      <Radio.Group value={isMovements ? 'movements' : 'orders'} onChange={({ target }) => go(target.value === 'movements' ? { show: 'movements' } : {})} optionType="button" aria-label={t('accounts.tab.fees')}>
        <Radio.Button value="orders">{t('accounts.fees.byOrder')}</Radio.Button>
        <Radio.Button value="movements">{t('accounts.fees.movements')}</Radio.Button>
      </Radio.Group>
      {isMovements ? <Movements asked={asked} search={search} go={go} /> : <Holds asked={asked} search={search} go={go} />}
    </>
  );
}

interface Part {
  asked: Asked;
  search: Record<string, string>;
  go: (next: Record<string, string>) => void;
}

function Holds({ asked, search, go }: Part) {
  const { t } = useTranslation();
  const word = ({ record }: Hold) => (isHoldWord(record.state) ? t(`accounts.fees.state.${record.state}`) : record.state);
  const figure = (key: 'charged' | 'frozen' | 'settled' | 'refunded' | 'owed'): Column<Hold> => ({
    key,
    title: t(`accounts.fees.${key}`),
    isFigure: true,
    cell: ({ record }) => {
      const money = record[key];
      return money && (isZero(money) ? <span className="z-quiet">–</span> : <Amount money={money} />);
    },
    text: ({ record }) => {
      const money = record[key];
      return money ? spoken(money) : '';
    },
  });
  const columns: Column<Hold>[] = [
    { key: 'order', title: t('accounts.fees.order'), cell: ({ record }) => <code>{record.order}</code>, text: ({ record }) => record.order },
    { key: 'state', title: t('accounts.stateOf'), width: 150, cell: (row) => <StatusTag tone={HOLD[row.record.state] ?? 'nothing'} word={word(row)} />, text: word },
    figure('charged'),
    figure('frozen'),
    figure('settled'),
    figure('refunded'),
    figure('owed'),
    { key: 'at', title: t('accounts.fees.changed'), width: 136, cell: ({ updated_at: at }) => <Moment at={at} />, text: ({ updated_at: at }) => moment(at) },
    { key: 'id', title: t('accounts.id'), isExtra: true, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
  ];
  return (
    <QueryTable<Hold>
      name="holds-of"
      caption={t('accounts.tab.fees')}
      columns={columns}
      rowKey={({ id }) => id}
      kinds={['hold']}
      exported={() => ({ name: 'holds', merchant: asked.code, period: ANY_TIME })}
      fetch={async ({ after, limit }, signal) => {
        const { rows, next_after: next } = await page('/api/v1/holds', { environment: asked.environment, merchant: asked.code, order: 'newest', limit, ...(after !== undefined && { after }) }, signal);
        return { rows, next: next ?? undefined };
      }}
      search={search}
      onSearch={go}
      empty={<EmptyState title={t('accounts.fees.none')} why={t('accounts.fees.noneWhy')} />}
    />
  );
}

function Movements({ asked, search, go }: Part) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { code, environment, programme } = asked;
  const days = daysOf(search, new Date());
  const { from, to } = momentsOf(days);
  const all = useQuery({
    queryKey: about(['hold'], 'fees', asked, from, to),
    queryFn: ({ signal }) => told(api.GET('/api/v1/merchants/{code}/fees', { params: { path: { code }, query: { environment, programme, from, to } }, signal })) as unknown as Promise<{ rows: Movement[] }>,
  });
  const rows = all.data?.rows ?? [];
  return (
    <div className="z-list">
      <div className="z-toolbar">
        <PeriodField key={`${days.from} ${days.to}`} days={days} onDays={(next) => go({ show: 'movements', ...next })} />
      </div>
      {all.error && <ProblemAlert error={all.error} onRetry={() => void all.refetch()} />}
      {all.isSuccess && rows.length === 0 && <EmptyState title={t('accounts.fees.none')} why={t('accounts.fees.noneWhy')} />}
      {(all.isPending || rows.length > 0) && (
        <Table<Movement & { key: string }>
          size="small"
          aria-label={t('accounts.fees.movements')}
          loading={all.isPending && !all.error}
          pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
          dataSource={rows.map((row, at) => ({ ...row, key: String(at) })).reverse()}
          columns={[
            { key: 'at', title: t('accounts.statement.at'), width: 136, render: (_, row) => <Moment at={row.at} /> },
            { key: 'kind', title: t('accounts.statement.kind'), render: (_, row) => textOf(row.kind, language) },
            { key: 'order', title: t('accounts.fees.order'), render: (_, row) => <code>{row.order}</code> },
            { key: 'amount', title: t('money.amount'), align: 'right', render: (_, row) => <Amount money={row.amount} /> },
          ]}
        />
      )}
    </div>
  );
}
