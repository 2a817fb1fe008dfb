// A merchant's prepaid account: first why its promotions stopped and what brings them back, then what it has, and everything about
// it in parts that have addresses. Shows what the server says and computes nothing.
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Skeleton, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Money } from '../../format/money';
import { EmptyState } from '../../pieces/EmptyState';
import { Moment } from '../../pieces/Moment';
import { ObjectHeader, Page, Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { Actions } from './Actions';
import { type OfAccount, useAccounts, useAsked, useMerchant, useStanding } from './asking';
import { BalanceChart, Figures } from './Balance';
import { Facts } from './Facts';
import { Fees } from './Fees';
import { Happenings } from './Happenings';
import { Promotions } from './Promotions';
import { Statement } from './Statement';
import { Stopped } from './Stopped';
import { TopUps } from './TopUps';
import { waitOf } from './waits';
import { Withdrawals } from './Withdrawals';
import { saidOfAccount } from './words';

const TABS = ['overview', 'fees', 'top-ups', 'withdrawals', 'promotions', 'statement', 'timeline'] as const;
type Tab = (typeof TABS)[number];

export function Account() {
  const { t } = useTranslation();
  const { code } = useParams({ from: '/o/accounts/$code' });
  const search = useSearch({ from: '/o/accounts/$code' });
  const asked = useAsked(code, search.programme);
  const merchant = useMerchant(asked);
  const accounts = useAccounts(asked);
  const hasNone = accounts.data?.length === 0;
  const standing = useStanding(asked, !hasNone);
  const name = merchant.data?.record.name ?? code;
  const object = accounts.data?.find(({ id }) => id === standing.data?.account);
  const error = merchant.error ?? accounts.error ?? (hasNone ? null : standing.error);
  if (standing.data && object) return <Whole of={{ asked, standing: standing.data, object }} name={name} search={search} />;
  return (
    <Page title={name}>
      <p>
        <Link to="/o/accounts">{t('accounts.all')}</Link>
      </p>
      {error && <ProblemAlert error={error} onRetry={() => void Promise.all([merchant.refetch(), accounts.refetch(), standing.refetch()])} />}
      {!error && hasNone && <EmptyState title={t('accounts.noAccount')} why={t('accounts.noAccountWhy')} />}
      {!error && !hasNone && <Skeleton active={false} paragraph={{ rows: 8 }} />}
    </Page>
  );
}

function Whole({ of, name, search }: { of: OfAccount; name: string; search: Record<string, string> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { asked, standing } = of;
  const { code } = asked;
  const tab: Tab = TABS.find((one) => one === search.tab) ?? 'overview';
  const go = (next: Record<string, string>) => void navigate({ to: '/o/accounts/$code', params: { code }, search: next });
  const said = saidOfAccount(standing);
  const topUp = (amount?: Money) => go({ tab: 'top-ups', new: '1', ...(amount && { amount: amount.amount }) });
  const isStopped = standing.breaker.state !== 'closed';
  const wait = waitOf(standing);
  const header = (
    <ObjectHeader name={name} id={code} tone={said.tone} state={t(`accounts.state.${said.key}`)} {...(wait && { waitsFor: t(`accounts.waits.${wait}`) })} actions={<Link to="/o/accounts">{t('accounts.all')}</Link>} />
  );
  return (
    <Page title={name} header={header}>
      {isStopped && tab === 'overview' && <Stopped standing={standing} onTopUp={topUp} />}
      {isStopped && tab !== 'overview' && (
        <div className="z-notice z-tone-stopped">
          <span>
            {t('accounts.stopped.title')} {standing.breaker.since !== null && <Moment at={standing.breaker.opened_at ?? standing.breaker.since} />}
          </span>
          <Link to="/o/accounts/$code" params={{ code }}>
            {t('accounts.stopped.see')}
          </Link>
        </div>
      )}
      {standing.restriction && standing.restriction.stage !== 'proposed' && <p className="z-notice z-tone-stopped">{t('accounts.restrictedNow')}</p>}
      <Tabs activeKey={tab} onChange={(key) => go(key === 'overview' ? {} : { tab: key })} items={TABS.map((key) => ({ key, label: t(`accounts.tab.${key}`) }))} />
      {tab === 'overview' && (
        <>
          <Figures standing={standing} />
          <div className="z-columns">
            <div className="z-aside">
              <BalanceChart asked={asked} />
              <Facts of={of} />
            </div>
            <Actions of={of} onTopUp={() => topUp()} onWithdraw={() => go({ tab: 'withdrawals', new: '1' })} />
          </div>
        </>
      )}
      {tab === 'fees' && <Fees asked={asked} search={search} />}
      {tab === 'top-ups' && <TopUps of={of} search={search} />}
      {tab === 'withdrawals' && <Withdrawals of={of} search={search} />}
      {tab === 'promotions' && <Promotions of={of} search={search} />}
      {tab === 'statement' && <Statement asked={asked} search={search} />}
      {tab === 'timeline' && (
        <Section title={t('accounts.tab.timeline')}>
          <Happenings subject={standing.account} kind="prepaid_account" />
        </Section>
      )}
    </Page>
  );
}
