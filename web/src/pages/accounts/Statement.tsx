// The statement of a period or of a month: what was there, each movement, what is there. It foots because the server's figures do;
// nothing is added up here.
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Select, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { textOf } from '../../api/problem';
import { isNegative, type Money } from '../../format/money';
import { Amount } from '../../pieces/Amount';
import { EmptyState } from '../../pieces/EmptyState';
import { Moment } from '../../pieces/Moment';
import { ExportButton } from '../../pieces/ExportButton';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { type Text, useLanguage } from '../../text';
import { type Asked, KINDS } from './asking';
import { type Days, daysOf, daysOfMonth, momentsOf, PeriodField } from './period';

interface Line {
  at: string;
  value_date: string;
  posting: string;
  kind: Text;
  reference: string;
  amount: Money;
  balance: Money;
}

interface Footed {
  opening: Money;
  closing: Money;
  lines: Line[];
}

export function Statement({ asked, search }: { asked: Asked; search: Record<string, string> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { code, environment, programme } = asked;
  const days = daysOf(search, new Date());
  const go = ({ from, to }: Days) => void navigate({ to: '/o/accounts/$code', params: { code }, search: { tab: 'statement', from, to } });
  const { from, to } = momentsOf(days);
  const footed = useQuery({
    queryKey: about(KINDS, 'statement', asked, from, to),
    queryFn: ({ signal }) => told(api.GET('/api/v1/merchants/{code}/statement', { params: { path: { code }, query: { environment, programme, from, to } }, signal })) as unknown as Promise<Footed>,
  });
  const months = useQuery({
    queryKey: about(['month'], 'months', code, environment),
    queryFn: async ({ signal }) => (await told(api.GET('/api/v1/merchants/{code}/months', { params: { path: { code }, query: { environment, limit: 500 } }, signal }))) as unknown as { rows: { state: Schemas['MonthState'] }[] },
  });
  const recorded = (months.data?.rows ?? []).flatMap(({ state }) => (state.name === 'recorded' ? [state.figures.month] : [])).reverse();
  const chosen = recorded.find((month) => daysOfMonth(month).from === days.from && daysOfMonth(month).to === days.to);
  return (
    <div className="z-list">
      <div className="z-toolbar">
        <label className="z-filter">
          {t('accounts.statement.month')}
          <Select
            aria-label={t('accounts.statement.month')}
            value={chosen ?? ''}
            popupMatchSelectWidth={false}
            options={[{ value: '', label: t('accounts.statement.other') }, ...recorded.map((month) => ({ value: month, label: month }))]}
            onChange={(month) => go(month === '' ? daysOf({}, new Date()) : daysOfMonth(month))}
          />
        </label>
        <PeriodField key={`${days.from} ${days.to}`} days={days} onDays={go} />
        <span className="z-fill" />
        <ExportButton list={{ name: 'statement', merchant: asked.code, programme: asked.programme, period: momentsOf(days) }} />
      </div>
      {footed.error && <ProblemAlert error={footed.error} onRetry={() => void footed.refetch()} />}
      {footed.isPending && <Skeleton active={false} title={false} paragraph={{ rows: 8 }} />}
      {footed.data && <Table footed={footed.data} days={days} />}
    </div>
  );
}

function Table({ footed, days }: { footed: Footed; days: Days }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const edge = (day: string, label: string, money: Money) => (
    <tr className="z-edge-row">
      <td>{day}</td>
      <th scope="row" colSpan={4}>
        {label}
      </th>
      <td className="z-right">
        <Amount money={money} />
      </td>
    </tr>
  );
  return (
    <>
      <table className="z-plain">
        <caption className="z-hidden">{t('accounts.tab.statement')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('accounts.statement.at')}</th>
            <th scope="col">{t('accounts.statement.valueDate')}</th>
            <th scope="col">{t('accounts.statement.kind')}</th>
            <th scope="col">{t('accounts.statement.reference')}</th>
            <th scope="col" className="z-right">
              {t('money.amount')}
            </th>
            <th scope="col" className="z-right">
              {t('accounts.statement.balance')}
            </th>
          </tr>
        </thead>
        <tbody>
          {edge(days.from, t('accounts.statement.opening'), footed.opening)}
          {footed.lines.map((line, at) => (
            <tr key={`${line.reference} ${String(at)}`}>
              <td>
                <Moment at={line.at} />
              </td>
              <td className="z-figures">{line.value_date}</td>
              <td>{textOf(line.kind, language)}</td>
              <td>
                <code>{line.reference}</code>
              </td>
              <td className="z-right">
                <Amount money={line.amount} flow={isNegative(line.amount) ? 'expense' : 'income'} />
              </td>
              <td className="z-right">
                <Amount money={line.balance} />
              </td>
            </tr>
          ))}
          {edge(days.to, t('accounts.statement.closing'), footed.closing)}
        </tbody>
      </table>
      {footed.lines.length === 0 && <EmptyState title={t('accounts.statement.none')} why={t('accounts.statement.noneWhy')} />}
    </>
  );
}
