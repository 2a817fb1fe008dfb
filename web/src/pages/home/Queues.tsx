// The queues in which somebody waits: how many, since when, what the first is about, and the way to it. Never counts.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../api/problem';
import { relative } from '../../format/time';
import { Amount } from '../../pieces/Amount';
import { EmptyState } from '../../pieces/EmptyState';
import { Section } from '../../pieces/Page';
import { StatusTag } from '../../pieces/StatusTag';
import { useLanguage } from '../../text';
import { waiting, wayTo, type Attention, type Item, type Queue } from './attention';

export function Queues({ attention }: { attention: Attention }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const full = waiting(attention);
  const rest = attention.queues.filter(({ count }) => count === 0).map(({ text }) => textOf(text, language));
  return (
    <Section title={t('home.waits')}>
      {full.length === 0 ? (
        <EmptyState title={t('home.none')} why={t('home.noneWhy')} />
      ) : (
        <ul className="z-items z-queues">
          {full.map((queue, at) => (
            <QueueRow key={queue.queue} queue={queue} at={attention.at} isFirst={at === 0} />
          ))}
        </ul>
      )}
      {rest.length > 0 && full.length > 0 && <p className="z-quiet z-small">{t('home.also', { names: new Intl.ListFormat(language, { type: 'conjunction' }).format(rest) })}</p>}
    </Section>
  );
}

/** Where money of others is missing, or nobody hears a shop, more than a day's work stands still. */
const GRAVE: readonly Queue['queue'][] = ['client_money_short', 'connections_in_trouble', 'dead_effects', 'dead_timers'];

function QueueRow({ queue, at, isFirst }: { queue: Queue; at: string; isFirst: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const way = wayTo(queue);
  const name = textOf(queue.text, language);
  const [first] = queue.items;
  return (
    <li>
      <StatusTag tone={GRAVE.includes(queue.queue) ? 'stopped' : 'you'} word={t(queue.more ? 'home.atLeast' : 'home.count', { count: queue.count })} />
      <div className="z-grow">
        <p className="z-row">
          <strong>{name}</strong>
          {queue.oldest && <span className="z-quiet z-small">{t('home.oldest', { when: relative(queue.oldest.since, new Date(at), language) })}</span>}
        </p>
        {first && <First item={first} />}
      </div>
      {way && (
        <Link {...way} className={`z-go${isFirst ? ' z-go-first' : ''}`} aria-label={`${t('home.open')}: ${name}`}>
          {t('home.open')}
        </Link>
      )}
    </li>
  );
}

/** The first of a queue in a line. */
function First({ item: { merchant, name, amount, reasons } }: { item: Item }) {
  const language = useLanguage();
  const reason = reasons[0];
  return (
    <p className="z-quiet z-small z-one-line">
      {[merchant?.name, name].filter(Boolean).join(' · ')} {amount && <Amount money={amount} />}
      {reason && ` · ${textOf(reason.text, language)}`}
    </p>
  );
}
