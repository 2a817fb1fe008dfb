// A promotion: what it offers and when, how it stands, why it stopped and what brings it back, what happened to it. Computes
// nothing.
import { Link, useParams } from '@tanstack/react-router';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useObject } from '../../api/live';
import { Moment } from '../../pieces/Moment';
import { ObjectHeader, Page, Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { Happenings } from '../accounts/Happenings';
import { PromotionDecision } from './PromotionDecision';
import { type Merchant, useWhose } from './whose';
import { percent, saidOfPromotion } from './words';

export function Promotion() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/o/promotions/$id' });
  const found = useObject('/api/v1/promotions', 'promotion', id);
  const whose = useWhose(found.data?.record.account);
  const error = found.error ?? whose.error;
  if (!found.data || !whose.data) {
    return (
      <Page title={t('promotions.title')}>
        <p>
          <Link to="/o/promotions">{t('promotions.all')}</Link>
        </p>
        {error ? <ProblemAlert error={error} onRetry={() => void Promise.all([found.refetch(), whose.refetch()])} /> : <Skeleton active={false} paragraph={{ rows: 8 }} />}
      </Page>
    );
  }
  const { record } = found.data;
  const said = saidOfPromotion(record.state);
  const header = <ObjectHeader name={record.name} id={id} tone={said.tone} state={t(`promotions.state.${said.key}`)} actions={<Link to="/o/promotions">{t('promotions.all')}</Link>} />;
  return (
    <Page title={record.name} header={header}>
      {record.state.name === 'suspended' && <Stopped state={record.state} merchant={whose.data} />}
      <div className="z-columns">
        <div className="z-aside">
          <Facts promotion={record} merchant={whose.data} />
          <Section title={t('accounts.tab.timeline')}>
            <Happenings subject={id} kind="promotion" />
          </Section>
        </div>
        <PromotionDecision object={found.data} merchant={whose.data.id} />
      </div>
    </Page>
  );
}

function Stopped({ state, merchant: { record } }: { state: Extract<Schemas['PromotionState'], { name: 'suspended' }>; merchant: Merchant }) {
  const { t } = useTranslation();
  return (
    <section className="z-stopped z-tone-stopped" aria-labelledby="why">
      <h2 id="why">{t(`promotions.stopped.${state.cause}`)}</h2>
      <p>{t(`promotions.cure.${state.cause}`)}</p>
      {state.cause === 'breaker' && (
        <p>
          <Link className="z-primary-link" to="/o/accounts/$code" params={{ code: record.code }}>
            {t('promotions.toAccount', { name: record.name })}
          </Link>
        </p>
      )}
    </section>
  );
}

function Facts({ promotion, merchant: { record } }: { promotion: Schemas['Promotion']; merchant: Merchant }) {
  const { t } = useTranslation();
  const { products, terms, state } = promotion;
  return (
    <Section title={t('promotions.facts')}>
      <dl className="z-facts-grid">
        <div>
          <dt>{t('accounts.merchant')}</dt>
          <dd>
            <Link to="/o/accounts/$code" params={{ code: record.code }}>
              {record.name}
            </Link>
          </dd>
        </div>
        <div>
          <dt>{t('promotions.from')}</dt>
          <dd>
            <Moment at={promotion.starts_at} />
          </dd>
        </div>
        <div>
          <dt>{t('promotions.to')}</dt>
          <dd>
            <Moment at={promotion.ends_at} />
          </dd>
        </div>
        <div>
          <dt>{t('promotions.funded')}</dt>
          <dd>{percent(promotion.funded)}</dd>
        </div>
        {state.name === 'ended' && (
          <div>
            <dt>{t('promotions.endedBy')}</dt>
            <dd>
              {t(`promotions.ending.${state.ending}`)} <Moment at={state.at} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t('promotions.products')}</dt>
          <dd>{products === 'all' ? t('promotions.allProducts') : products.skus.map((sku) => <code key={sku}>{sku} </code>)}</dd>
        </div>
      </dl>
      <table className="z-plain">
        <caption className="z-hidden">{t('promotions.terms')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('promotions.term')}</th>
            <th scope="col" className="z-right">
              {t('promotions.rate')}
            </th>
          </tr>
        </thead>
        <tbody>
          {terms.map(({ code, rate }) => (
            <tr key={code}>
              <th scope="row">{t('promotions.months', { code })}</th>
              <td className="z-right z-figures">{percent(rate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
