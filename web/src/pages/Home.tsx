// What needs an operator now: tasks that wait, connections in trouble, clients' money. Shows what the server says; counts rows of
// a list and nothing else, and says so when there are more than it asked for.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, page, type Schemas, told } from '../api/client';
import { about } from '../api/live';
import { textOf } from '../api/problem';
import { usePlace } from '../app/place';
import { isZero } from '../format/money';
import { Amount } from '../pieces/Amount';
import { EmptyState } from '../pieces/EmptyState';
import { Moment } from '../pieces/Moment';
import { Page, Section } from '../pieces/Page';
import { ProblemAlert } from '../pieces/ProblemAlert';
import { StatusTag } from '../pieces/StatusTag';
import { useLanguage } from '../text';
import type { Tone } from '../theme/tokens';

type Parked = Schemas['TaskSeen'];
type Connection = Schemas['Connection'];
type ClientMoney = Schemas['ClientMoney'];

const TASKS = 100;
/** As many as the server gives at once. */
const CONNECTIONS_AT_ONCE = 500;
const SHOWN = 5;

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** A part of the page that is loading, failed, or there. */
function Part<T>({ asked, children }: { asked: Asked<T>; children: (data: T) => ReactNode }) {
  if (asked.data !== undefined) return <>{children(asked.data)}</>;
  if (asked.error) return <ProblemAlert error={asked.error} onRetry={() => void asked.refetch()} />;
  return <Skeleton active={false} title={false} paragraph={{ rows: 2 }} />;
}

function Figure({ label, value, tone, asked }: { label: string; value: string | undefined; tone: Tone; asked: Asked<unknown> }) {
  const { t } = useTranslation();
  return (
    <div className="z-figure">
      <dt>{label}</dt>
      <dd>
        {value === undefined ? (
          <span className="z-quiet">{t(asked.error ? 'home.unknown' : 'loading')}</span>
        ) : (
          <>
            <span className="z-big">{value}</span> <StatusTag tone={tone} />
          </>
        )}
      </dd>
    </div>
  );
}

export function Home() {
  const { t } = useTranslation();
  const { environment } = usePlace();
  const of = (rows: { record: unknown }[]) => rows.map(({ record }) => record);
  const tasks = useQuery({
    queryKey: about(['task'], 'home', environment),
    queryFn: async ({ signal }) => ({ rows: of((await page('/api/v1/tasks', { environment, limit: TASKS }, signal)).rows) as Parked[] }),
  });
  const connections = useQuery({
    queryKey: about(['connection'], 'home', environment),
    queryFn: async ({ signal }) => ({ rows: of((await page('/api/v1/connections', { environment, limit: CONNECTIONS_AT_ONCE }, signal)).rows) as Connection[] }),
  });
  const money = useQuery({
    queryKey: about(['client_money_day', 'bank_line', 'withdrawal'], 'client-money', environment),
    queryFn: async ({ signal }) => (await told(api.GET('/api/v1/client-money', { params: { query: { environment } }, signal }))) as unknown as { rows: ClientMoney[] },
  });
  const most = (count: number, bound: number) => (count >= bound ? t('home.atLeast', { count: bound }) : String(count));
  const troubled = connections.data && inTrouble(connections.data.rows);
  const short = money.data?.rows.filter(({ shortfall }) => !isZero(shortfall)).length;
  const shopsAreMore = (connections.data?.rows.length ?? 0) >= CONNECTIONS_AT_ONCE;
  return (
    <Page title={t('home.title')} lead={t('home.lead')}>
      <dl className="z-figures-row">
        <Figure asked={tasks} label={t('home.tasks')} value={tasks.data && most(tasks.data.rows.length, TASKS)} tone={tasks.data?.rows.length ? 'you' : 'nothing'} />
        <Figure
          asked={connections}
          label={t('home.connections')}
          value={troubled && (shopsAreMore ? t('home.atLeast', { count: troubled.length }) : String(troubled.length))}
          tone={troubled?.length ? 'you' : 'nothing'}
        />
        <Figure asked={money} label={t('home.shortCurrencies')} value={short === undefined ? undefined : String(short)} tone={short ? 'stopped' : 'nothing'} />
      </dl>
      <Section title={t('home.tasks')} actions={<Link to="/o/tasks">{t('home.tasksAll')}</Link>}>
        <Part asked={tasks}>
          {({ rows }) => (rows.length === 0 ? <EmptyState title={t('home.tasksNone')} why={t('home.tasksNoneWhy')} /> : <TaskList tasks={rows.slice(0, SHOWN)} />)}
        </Part>
      </Section>
      <Section title={t('home.connections')}>
        <Part asked={connections}>
          {({ rows }) =>
            inTrouble(rows).length === 0 ? (
              <EmptyState title={t('home.connectionsNone')} why={t('home.connectionsNoneWhy', { all: most(rows.length, CONNECTIONS_AT_ONCE) })} />
            ) : (
              <ul className="z-items">
                {inTrouble(rows).map((one) => (
                  <ConnectionItem key={one.id} connection={one} />
                ))}
              </ul>
            )
          }
        </Part>
      </Section>
      <Section title={t('home.money')} lead={t('home.moneyLead')}>
        <Part asked={money}>{({ rows }) => (rows.length === 0 ? <EmptyState title={t('home.moneyNone')} why={t('home.moneyNoneWhy')} /> : <MoneyTable rows={rows} />)}</Part>
      </Section>
    </Page>
  );
}

/** Those that a person should look at. */
function inTrouble(connections: readonly Connection[]): Connection[] {
  return connections.filter((one) => Boolean(one.trouble) || one.state.name === 'refused');
}

function TaskList({ tasks }: { tasks: readonly Parked[] }) {
  const language = useLanguage();
  return (
    <ul className="z-items">
      {tasks.map(({ id, at, command, refusal }) => (
        <li key={id}>
          <StatusTag tone="you" />
          <div className="z-grow">
            <p>{textOf(refusal.why, language)}</p>
            <p className="z-quiet">{textOf(refusal.cure, language)}</p>
          </div>
          <code>{command}</code>
          <Moment at={at} />
        </li>
      ))}
    </ul>
  );
}

function ConnectionItem({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const { trouble, state } = connection;
  return (
    <li>
      <StatusTag tone={state.name === 'refused' ? 'stopped' : 'you'} word={t(`connection.${state.name}`)} />
      <div className="z-grow">
        <p>
          {connection.channel} · {connection.shop}
        </p>
        <p className="z-quiet">
          {!trouble && t('connection.other')}
          {trouble?.name === 'credentials' && t('connection.credentials')}
          {trouble?.name === 'sweep_differs' && t('connection.sweep_differs', { missing: trouble.missing, differing: trouble.differing, fetched: trouble.fetched })}
          {trouble?.name === 'late' && (
            <>
              {t('connection.late')} <Moment at={trouble.until} />
            </>
          )}
          {trouble?.name === 'out_of_reach' && (
            <>
              {t('connection.out_of_reach')} <Moment at={trouble.from} /> – <Moment at={trouble.to} />
            </>
          )}
        </p>
      </div>
      <code>{connection.id}</code>
    </li>
  );
}

function MoneyTable({ rows }: { rows: readonly ClientMoney[] }) {
  const { t } = useTranslation();
  const figures = ['owed', 'onItsWay', 'cover', 'excess', 'shortfall'] as const;
  const of = (row: ClientMoney) => ({ ...row, onItsWay: row.on_its_way });
  return (
    <table className="z-plain">
      <caption className="z-hidden">{t('home.money')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('home.currency')}</th>
          {figures.map((name) => (
            <th key={name} scope="col" className="z-right">
              {t(`home.${name}`)}
            </th>
          ))}
          <th scope="col">{t('home.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.owed.currency}>
            <th scope="row">{row.owed.currency}</th>
            {figures.map((name) => (
              <td key={name} className="z-right">
                <Amount money={of(row)[name]} />
              </td>
            ))}
            <td>{isZero(row.shortfall) ? <StatusTag tone="done" word={t('home.covered')} /> : <StatusTag tone="stopped" word={t('home.short')} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
