// The ledger of one owner: its accounts with their balances now or at a moment, and what was booked on one of them. Shows what the
// server says; adds nothing up.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Segmented, Select, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, page, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { usePlace } from '../../app/place';
import { moment } from '../../format/time';
import { EmptyState } from '../../pieces/EmptyState';
import { MerchantPick, useMerchant } from '../../pieces/Merchant';
import { MomentPick } from '../../pieces/MomentPick';
import { Page, Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { Proof } from '../operations/Verify';
import { Accounts } from './Accounts';
import { Transfers } from './Transfers';

type Account = Schemas['LedgerAccount'];
type Search = Record<string, string>;

/** Kinds of objects whose changes book something. */
const BOOKED = ['hold', 'top_up', 'withdrawal', 'bank_line', 'bank_account'] as const;
const BANKS = 100;

export function Ledger() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/o/ledger' });
  const navigate = useNavigate();
  const isBank = search.of === 'bank';
  const { environment } = usePlace();
  const merchant = useMerchant(isBank ? undefined : search.merchant);
  const banks = useQuery({
    queryKey: about(['bank_account'], 'ledger', environment),
    queryFn: ({ signal }) => page('/api/v1/bank-accounts', { environment, limit: BANKS }, signal),
    enabled: isBank,
  });
  const owner = isBank ? search.bank : merchant.data?.record.id;
  const { at } = search;
  const accounts = useQuery({
    queryKey: about(BOOKED, 'ledger', owner, at),
    queryFn: ({ signal }) => told(api.GET('/api/v1/ledger/accounts', { params: { query: { owner: owner ?? '', ...(at !== undefined && { at }) } }, signal })) as Promise<{ rows: Account[] }>,
    enabled: owner !== undefined,
  });
  const to = (next: Search) => void navigate({ to: '/o/ledger', search: next });
  const without = (...names: string[]) => Object.fromEntries(Object.entries(search).filter(([name]) => !names.includes(name)));
  /** Another owner has other accounts. */
  const own = (next: Search) => to({ ...(at !== undefined && { at }), ...next });
  const error = (isBank ? banks.error : merchant.error) ?? accounts.error;
  const open = accounts.data?.rows.find(({ id }) => id === search.account);
  return (
    <Page title={t('ledger.title')} lead={t('ledger.lead')}>
      <div className="z-card z-toolbar">
        <Segmented
          aria-label={t('ledger.owner')}
          value={isBank ? 'bank' : 'merchant'}
          options={[
            { value: 'merchant', label: t('ledger.ofMerchant') },
            { value: 'bank', label: t('ledger.ofBank') },
          ]}
          onChange={(of) => own(of === 'bank' ? { of } : {})}
        />
        {isBank ? (
          <label className="z-filter">
            {t('ledger.bank')}
            <Select
              className="z-pick"
              aria-label={t('ledger.bank')}
              placeholder={t('ledger.choose')}
              popupMatchSelectWidth={false}
              value={search.bank ?? null}
              options={banks.data?.rows.map(({ id, record }) => ({ value: id, label: `${record.bank} · ${record.number} · ${record.currency}` })) ?? []}
              onChange={(bank) => own({ of: 'bank', ...(bank !== null && { bank }) })}
            />
          </label>
        ) : (
          <MerchantPick label={t('ledger.merchant')} value={search.merchant ?? ''} onValue={(code) => own(code === '' ? {} : { merchant: code })} />
        )}
        <MomentPick label={t('ledger.at')} value={at} onValue={(next) => to({ ...without('at'), ...(next !== undefined && { at: next }) })} />
        {at !== undefined && <Button onClick={() => to(without('at'))}>{t('ledger.now')}</Button>}
      </div>
      {error && <ProblemAlert error={error} onRetry={() => void accounts.refetch()} />}
      {owner === undefined && !error && (
        <div className="z-card">
          <EmptyState title={t('ledger.noOwner')} why={t('ledger.noOwnerWhy')} />
        </div>
      )}
      {owner !== undefined && accounts.isPending && !error && <Skeleton active={false} />}
      {accounts.data && (
        <Section title={at === undefined ? t('ledger.accounts') : t('ledger.accountsAt', { at: moment(at) })} lead={t('ledger.accountsLead')}>
          {accounts.data.rows.length === 0 ? (
            <EmptyState title={t('ledger.noAccounts')} why={t('ledger.noAccountsWhy')} />
          ) : (
            <Accounts rows={accounts.data.rows} owner={owner ?? ''} merchant={isBank ? undefined : search.merchant} open={search.account} onOpen={(account) => to({ ...without('trail', 'page'), account })} />
          )}
        </Section>
      )}
      {owner !== undefined && search.account !== undefined && (
        <Transfers key={search.account} account={search.account} known={open} search={search} onSearch={(next) => to({ ...without('trail', 'page'), ...next })} onClose={() => to(without('account', 'trail', 'page'))} />
      )}
      <Proof />
    </Page>
  );
}
