// The promotions of a merchant: what runs, what stopped and why, and stopping or resuming one. Never decides whether one may run.
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Listed, page } from '../../api/client';
import { useObject } from '../../api/live';
import { EmptyState } from '../../pieces/EmptyState';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { QueryTable } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import { PromotionDecision } from '../promotions/PromotionDecision';
import { usePromotionColumns } from '../promotions/columns';
import { saidOfPromotion } from '../promotions/words';
import type { OfAccount } from './asking';

type Row = Listed<'/api/v1/promotions'>;

export function Promotions({ of, search }: { of: OfAccount; search: Record<string, string> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { asked } = of;
  const columns = usePromotionColumns<Row>((row) => row);
  const go = (next: Record<string, string>) => void navigate({ to: '/o/accounts/$code', params: { code: asked.code }, search: { tab: 'promotions', ...next } });
  return (
    <div className={search.open === undefined ? undefined : 'z-columns'}>
      <QueryTable<Row>
        name="promotions-of"
        caption={t('promotions.title')}
        columns={columns}
        rowKey={({ id }) => id}
        kinds={['promotion']}
        fetch={async ({ after, limit }, signal) => {
          const { rows, next_after: next } = await page('/api/v1/promotions', { environment: asked.environment, merchant: asked.code, order: 'newest', limit, ...(after !== undefined && { after }) }, signal);
          return { rows, next: next ?? undefined };
        }}
        search={search}
        onSearch={go}
        empty={<EmptyState title={t('promotions.none')} why={t('promotions.noneWhy')} />}
        onOpen={({ id }) => go({ ...search, open: id })}
        open={search.open}
      />
      {search.open !== undefined && <Opened id={search.open} merchant={of.standing.merchant.id} />}
    </div>
  );
}

function Opened({ id, merchant }: { id: string; merchant: string }) {
  const { t } = useTranslation();
  const found = useObject('/api/v1/promotions', 'promotion', id);
  if (found.error) return <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  const { record } = found.data;
  const said = saidOfPromotion(record.state);
  return (
    <div className="z-aside">
      <Section title={record.name} actions={<StatusTag tone={said.tone} word={t(`promotions.state.${said.key}`)} />}>
        {record.state.name === 'suspended' && <p>{t(`promotions.cure.${record.state.cause}`)}</p>}
        <Link to="/o/promotions/$id" params={{ id }}>
          {t('promotions.whole')}
        </Link>
      </Section>
      <PromotionDecision object={found.data} merchant={merchant} />
    </div>
  );
}
