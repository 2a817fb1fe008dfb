// Every merchant with its prepaid account: what it has, whether its promotions run, what is wrong and what to do. A page of
// merchants is read, and how each account stands; nothing is counted or sorted here.
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, type Listed, type ListQuery, page, told } from '../../api/client';
import { about } from '../../api/live';
import { problemOf, textOf } from '../../api/problem';
import { type Environment, usePlace } from '../../app/place';
import { spoken } from '../../format/money';
import { moment } from '../../format/time';
import { Amount } from '../../pieces/Amount';
import { EmptyState } from '../../pieces/EmptyState';
import { Moment } from '../../pieces/Moment';
import { Page } from '../../pieces/Page';
import { QueryTable, type Column } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import { useLanguage } from '../../text';
import { KINDS, PROGRAMME, type Standing, standingOf } from './asking';
import { troubleOf, waitOf } from './waits';
import { saidOfAccount } from './words';

/** A merchant, and how its account stands where it has one. */
export interface Row {
  merchant: Listed<'/api/v1/merchants'>;
  standing: Standing | undefined;
}

/** Merchants a page: each is asked how it stands. */
const PAGE = 25;

export function Accounts() {
  const { t } = useTranslation();
  const language = useLanguage();
  const search = useSearch({ from: '/o/accounts' });
  const navigate = useNavigate();
  const { environment } = usePlace();
  const stateWord = ({ standing }: Row) => (standing ? t(`accounts.state.${saidOfAccount(standing).key}`) : t('accounts.noAccount'));
  const wrong = ({ standing }: Row): string => {
    const kept = standing?.cure?.kept_open_by[0];
    if (kept) return textOf(kept.text, language);
    const trouble = standing && troubleOf(standing);
    return trouble ? t(`accounts.trouble.${trouble}`) : '';
  };
  const cure = ({ standing }: Row): string => {
    const wait = standing && waitOf(standing);
    const way = standing?.cure?.ways[0];
    if (way && (wait === 'money' || wait === 'wire')) return textOf(way.text, language);
    return wait ? t(`accounts.waits.${wait}`) : '';
  };
  const columns: Column<Row>[] = [
    {
      key: 'merchant',
      title: t('accounts.merchant'),
      width: 160,
      cell: ({ merchant: { record } }) => (
        <>
          <Link to="/o/accounts/$code" params={{ code: record.code }}>
            {record.name}
          </Link>{' '}
          <code className="z-quiet">{record.code}</code>
        </>
      ),
      text: ({ merchant: { record } }) => `${record.name} ${record.code}`,
    },
    {
      key: 'state',
      title: t('accounts.stateOf'),
      width: 150,
      cell: (row) => {
        const since = sinceOf(row);
        return (
          <>
            <StatusTag tone={row.standing ? saidOfAccount(row.standing).tone : 'nothing'} word={stateWord(row)} />
            {since !== undefined && (
              <div className="z-quiet z-small">
                <Moment at={since} />
              </div>
            )}
          </>
        );
      },
      text: stateWord,
    },
    {
      key: 'since',
      title: t('accounts.since'),
      isExtra: true,
      width: 136,
      cell: (row) => <Moment at={sinceOf(row) ?? ''} />,
      text: (row) => moment(sinceOf(row) ?? ''),
    },
    { key: 'available', title: t('accounts.figure.available'), isFigure: true, width: 132, cell: ({ standing }) => standing && <Amount money={standing.available} />, text: ({ standing }) => (standing ? spoken(standing.available) : '') },
    { key: 'wrong', title: t('accounts.wrong'), cell: (row) => <span className="z-sentence">{wrong(row)}</span>, text: wrong },
    { key: 'cure', title: t('accounts.cure'), cell: (row) => <span className="z-sentence">{cure(row)}</span>, text: cure },
    { key: 'company', title: t('accounts.facts.company'), isExtra: true, cell: ({ merchant: { record } }) => record.company, text: ({ merchant: { record } }) => record.company },
    { key: 'owed', title: t('accounts.figure.owed'), isExtra: true, isFigure: true, cell: ({ standing }) => standing && <Amount money={standing.owed} />, text: ({ standing }) => (standing ? spoken(standing.owed) : '') },
  ];
  return (
    <Page title={t('accounts.title')} lead={t('accounts.lead')}>
      <StoppedOnes environment={environment} />
      <QueryTable<Row>
        name="accounts"
        caption={t('accounts.title')}
        columns={columns}
        filters={[{ name: 'code', label: t('accounts.code') }]}
        rowKey={({ merchant: { id } }) => id}
        kinds={['merchant', ...KINDS]}
        limit={PAGE}
        fetch={async ({ after, limit, filters }, signal) => {
          const { rows, next } = filters.code === undefined ? await listed({ environment, limit: Math.min(limit, PAGE), ...(after !== undefined && { after }) }, signal) : await named(filters.code, environment, signal);
          const standing = (code: string) => standingOf({ code, environment, programme: PROGRAMME }, signal).catch(noneIfMissing);
          return { rows: await Promise.all(rows.map(async (merchant) => ({ merchant, standing: await standing(merchant.record.code) }))), next };
        }}
        search={search}
        onSearch={(next) => void navigate({ to: '/o/accounts', search: next })}
        onOpen={({ merchant: { record } }) => void navigate({ to: '/o/accounts/$code', params: { code: record.code } })}
        empty={<EmptyState title={t('accounts.none')} why={t('accounts.noneWhy')} />}
      />
    </Page>
  );
}

/** A merchant without an account is no failure. */
function noneIfMissing(error: unknown): undefined {
  if (problemOf(error).status !== 404) throw error;
}

/** Since when its promotions are stopped. */
function sinceOf({ standing }: Row): string | undefined {
  if (!standing || standing.breaker.state === 'closed') return undefined;
  return standing.breaker.opened_at ?? standing.breaker.since ?? undefined;
}

type Merchants = { rows: Listed<'/api/v1/merchants'>[]; next: string | undefined };

async function listed(query: ListQuery<'/api/v1/merchants'>, signal?: AbortSignal): Promise<Merchants> {
  const { rows, next_after: next } = await page('/api/v1/merchants', query, signal);
  return { rows, next: next ?? undefined };
}

/** The one merchant of this code, if there is one. */
async function named(code: string, environment: Environment, signal?: AbortSignal): Promise<Merchants> {
  const found = await told(api.GET('/api/v1/merchants/{code}', { params: { path: { code }, query: { environment } }, ...(signal && { signal }) })).catch(noneIfMissing);
  return { rows: found ? [found] : [], next: undefined };
}

/** Those whose promotions are stopped, before everything else. */
function StoppedOnes({ environment }: { environment: Environment }) {
  const { t } = useTranslation();
  const waits = useQuery({
    queryKey: about(KINDS, 'attention', environment),
    queryFn: ({ signal }) => told(api.GET('/api/v1/attention', { params: { query: { environment } }, signal })),
  });
  const stopped = waits.data?.queues.find(({ queue }) => queue === 'breakers_open');
  if (!stopped || stopped.count === 0) return null;
  return (
    <div className="z-notice z-tone-stopped">
      <span>
        {t('accounts.stoppedOnes')} {stopped.count}
        {stopped.more && '+'}
      </span>
      <span className="z-row z-fill">
        {stopped.items.map(
          ({ id, merchant }) =>
            merchant && (
              <Link key={id} to="/o/accounts/$code" params={{ code: merchant.code }}>
                {merchant.name}
              </Link>
            ),
        )}
      </span>
    </div>
  );
}
