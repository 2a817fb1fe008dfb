// How clients' money stands: what is owed and what is there, now and day by day. Never adds anything up.
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, page, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { usePlace } from '../../app/place';
import { isZero } from '../../format/money';
import { Amount } from '../../pieces/Amount';
import { Chart } from '../../pieces/Chart';
import { EmptyState } from '../../pieces/EmptyState';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { StatusTag } from '../../pieces/StatusTag';

type Figures = Schemas['ClientMoney'];

/** Days of the chart. */
const DAYS = 60;

export function ClientMoney() {
  const { t } = useTranslation();
  const { environment } = usePlace();
  const money = useQuery({
    queryKey: about(['client_money_day', 'bank_line', 'withdrawal'], 'client-money', environment),
    queryFn: async ({ signal }) => (await told(api.GET('/api/v1/client-money', { params: { query: { environment } }, signal }))) as unknown as { rows: Figures[] },
  });
  const days = useQuery({
    queryKey: about(['client_money_day'], 'client-money-days', environment),
    queryFn: async ({ signal }) => (await page('/api/v1/client-money-days', { environment, order: 'newest', limit: DAYS }, signal)).rows.map(({ record }) => record),
  });
  const rows = money.data?.rows;
  const currency = rows?.[0]?.owed.currency;
  return (
    <Section title={t('home.money')} lead={t('home.moneyLead')}>
      {money.error && <ProblemAlert error={money.error} onRetry={() => void money.refetch()} />}
      {!rows && !money.error && <Skeleton active={false} title={false} paragraph={{ rows: 2 }} />}
      {rows?.length === 0 && <EmptyState title={t('home.moneyNone')} why={t('home.moneyNoneWhy')} />}
      {rows && rows.length > 0 && <MoneyTable rows={rows} />}
      {currency !== undefined && days.data && days.data.length > 1 && <Days days={days.data} currency={currency} />}
    </Section>
  );
}

function Days({ days, currency }: { days: readonly Schemas['Day'][]; currency: string }) {
  const { t } = useTranslation();
  const [owed, cover] = [t('home.owed'), t('home.cover')];
  const drawn = useMemo(() => {
    const all = [...days].reverse();
    const of = (name: 'owed' | 'cover') => all.map(({ last }) => last?.figures.find((figures) => figures.owed.currency === currency)?.[name].amount);
    return {
      days: all.map(({ day }) => day),
      lines: [
        { name: cover, tone: 'done' as const, values: of('cover') },
        { name: owed, tone: 'accent' as const, values: of('owed') },
      ],
    };
  }, [days, currency, owed, cover]);
  return <Chart title={t('home.moneyChart')} unit={currency} {...drawn} />;
}

function MoneyTable({ rows }: { rows: readonly Figures[] }) {
  const { t } = useTranslation();
  const figures = ['owed', 'onItsWay', 'cover', 'excess', 'shortfall'] as const;
  const of = (row: Figures) => ({ ...row, onItsWay: row.on_its_way });
  return (
    <table className="z-plain">
      <caption className="z-hidden">{t('home.money')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('home.state')}</th>
          {figures.map((name) => (
            <th key={name} scope="col" className="z-right">
              {t(`home.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.owed.currency}>
            <th scope="row">{isZero(row.shortfall) ? <StatusTag tone="done" word={t('home.covered')} /> : <StatusTag tone="stopped" word={t('home.short')} />}</th>
            {figures.map((name) => (
              <td key={name} className="z-right">
                <Amount money={of(row)[name]} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
