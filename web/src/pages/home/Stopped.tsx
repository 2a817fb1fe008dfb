// Merchants whose promotions are stopped for lack of money: why, and what starts them again, as the server says. Never works out a
// cure.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../api/problem';
import { relative } from '../../format/time';
import { Amount } from '../../pieces/Amount';
import { EmptyState } from '../../pieces/EmptyState';
import { Section } from '../../pieces/Page';
import { StatusTag } from '../../pieces/StatusTag';
import { useLanguage } from '../../text';
import type { Attention, Item } from './attention';

export function Stopped({ attention }: { attention: Attention }) {
  const { t } = useTranslation();
  const queue = attention.queues.find(({ queue: name }) => name === 'breakers_open');
  const items = queue?.items ?? [];
  return (
    <Section title={t('home.stopped')} lead={t('home.stoppedLead')}>
      {items.length === 0 ? (
        <EmptyState title={t('home.stoppedNone')} why={t('home.stoppedNoneWhy')} />
      ) : (
        <ul className="z-items">
          {items.map((item) => (
            <StoppedItem key={item.id} item={item} at={attention.at} />
          ))}
        </ul>
      )}
      {queue && queue.count > items.length && <p className="z-quiet z-small">{t('home.stoppedMore', { count: queue.count })}</p>}
    </Section>
  );
}

function StoppedItem({ item: { merchant, name, amount, since, reasons, cure }, at }: { item: Item; at: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <li>
      <div className="z-grow z-flow-small">
        <p className="z-row">
          <StatusTag tone="stopped" /> <strong>{merchant?.name ?? name}</strong>
          <span className="z-quiet z-small">{relative(since, new Date(at), language)}</span>
        </p>
        {amount && (
          <p className="z-small">
            {t('home.available')} <Amount money={amount} />
          </p>
        )}
        <ul className="z-small z-quiet">
          {reasons.map(({ code, text }) => (
            <li key={code}>{textOf(text, language)}</li>
          ))}
        </ul>
        {cure && cure.ways.length > 0 && (
          <>
            <p className="z-small">{t('home.waysTitle')}</p>
            <ul className="z-bullets z-small">
              {cure.ways.map(({ kind, text }) => (
                <li key={kind}>{textOf(text, language)}</li>
              ))}
            </ul>
          </>
        )}
        {merchant && (
          <Link to="/o/accounts/$code" params={{ code: merchant.code }} aria-label={`${t('home.toAccount')}: ${merchant.name}`}>
            {t('home.toAccount')}
          </Link>
        )}
      </div>
    </li>
  );
}
