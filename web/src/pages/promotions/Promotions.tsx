// Promotions over all merchants: which run, which stopped and why. Looks up whose each is; never counts or sorts.
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Listed, page } from '../../api/client';
import { usePlace } from '../../app/place';
import { EmptyState } from '../../pieces/EmptyState';
import { Page } from '../../pieces/Page';
import { QueryTable } from '../../pieces/QueryTable';
import { usePromotionColumns } from './columns';
import { type Merchant, whoseAccount } from './whose';

interface Row {
  promotion: Listed<'/api/v1/promotions'>;
  merchant: Merchant;
}

const PAGE = 50;
const STATES = ['drafted', 'scheduled', 'running', 'suspended', 'ended'] as const;

export function Promotions() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/o/promotions' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const { environment } = usePlace();
  const [name, ...rest] = usePromotionColumns<Row>(({ promotion }) => promotion);
  const merchant = {
    key: 'merchant',
    title: t('accounts.merchant'),
    cell: ({ merchant: { record } }: Row) => (
      <Link to="/o/accounts/$code" params={{ code: record.code }}>
        {record.name}
      </Link>
    ),
    text: ({ merchant: { record } }: Row) => record.name,
  };
  return (
    <Page title={t('promotions.title')} lead={t('promotions.lead')}>
      <QueryTable<Row>
        name="promotions"
        caption={t('promotions.title')}
        columns={name ? [name, merchant, ...rest] : [merchant]}
        filters={[
          { name: 'state', label: t('promotions.stateOf'), choices: STATES.map((value) => ({ value, label: t(`promotions.state.${value}`) })) },
          { name: 'merchant', label: t('promotions.merchantCode') },
        ]}
        rowKey={({ promotion: { id } }) => id}
        kinds={['promotion']}
        limit={PAGE}
        fetch={async ({ after, limit, filters }, signal) => {
          const asked = { environment, order: 'newest', limit, ...filters, ...(after !== undefined && { after }) } as const;
          const { rows, next_after: next } = await page('/api/v1/promotions', asked, signal);
          return { rows: await Promise.all(rows.map(async (promotion) => ({ promotion, merchant: await whoseAccount(client, promotion.record.account) }))), next: next ?? undefined };
        }}
        search={search}
        onSearch={(next) => void navigate({ to: '/o/promotions', search: next })}
        onOpen={({ promotion: { id } }) => void navigate({ to: '/o/promotions/$id', params: { id } })}
        empty={<EmptyState title={t('promotions.none')} why={t('promotions.noneWhy')} />}
      />
    </Page>
  );
}
