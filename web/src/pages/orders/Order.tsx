// One order as its channel tells it: where it stands and what it waits for, what happened, its money and our fees for it, and every
// message of the channel. Shows no data about people, which lie sealed, and computes nothing.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Input, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saidOf, useGive } from '../../api/act';
import { api, type Schemas, told } from '../../api/client';
import { about, useObject } from '../../api/live';
import { textOf } from '../../api/problem';
import { Amount } from '../../pieces/Amount';
import { DecisionPanel } from '../../pieces/DecisionPanel';
import { EmptyState } from '../../pieces/EmptyState';
import { MerchantName } from '../../pieces/Merchant';
import { ObjectHeader, Page, Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { useLanguage } from '../../text';
import { Fees } from './Fees';
import { Happened } from './Happened';
import { useOdd } from './odd';
import { Payload } from './Payload';
import { type ChannelMessage, type ChannelOrder, current, toneOf } from './standing';
import { Sums } from './Sums';

type Seen = Schemas['ChannelOrderObject'];

export function Order() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/o/orders/$id' });
  const order = useObject('/api/v1/channel-orders', 'channel_order', id);
  const messages = useQuery({
    queryKey: about(['channel_order'], 'messages', id),
    queryFn: ({ signal }) => told(api.GET('/api/v1/channel-orders/{id}/messages', { params: { path: { id } }, signal })),
  });
  const seen = order.data;
  if (!seen) {
    return (
      <Page title={t('orders.title')}>
        {order.error ? <ProblemAlert error={order.error} onRetry={() => void order.refetch()} /> : <Skeleton active={false} />}
      </Page>
    );
  }
  const { record } = seen;
  const name = record.display_no ?? record.channel_order_id;
  const rows = messages.data?.rows;
  return (
    <Page
      title={name}
      header={
        <ObjectHeader
          name={`${t(`orders.channels.${record.channel}`)} ${name}`}
          id={record.id}
          tone={toneOf(record)}
          state={t(`orders.states.${record.state.name}`)}
          {...(toneOf(record) === 'you' && { waitsFor: t('orders.anOperator') })}
          actions={<Link to="/o/orders">{t('orders.back')}</Link>}
        />
      }
    >
      <div className="z-columns">
        <div className="z-stack">
          <Odd record={record} />
          <Section title={t('orders.facts')}>
            <Facts record={record} />
          </Section>
          {messages.error && <ProblemAlert error={messages.error} onRetry={() => void messages.refetch()} />}
          {!rows && !messages.error && <Skeleton active={false} />}
          {rows && <Told seen={seen} messages={rows} />}
        </div>
        <div className="z-stack">
          <Decide seen={seen} />
          {rows && <Happened record={record} messages={rows} />}
        </div>
      </div>
    </Page>
  );
}

/** What is known from the messages. */
function Told({ seen, messages }: { seen: Seen; messages: readonly ChannelMessage[] }) {
  const { t } = useTranslation();
  const now = current(seen.record, messages);
  if (!now) return <EmptyState title={t('orders.noMessages')} why={t('orders.noMessagesWhy')} />;
  return (
    <>
      <Sums record={seen.record} message={now} />
      <Fees record={seen.record} messages={messages} environment={seen.environment} />
      <Payload record={seen.record} messages={messages} />
    </>
  );
}

/** What a person should look at, and why in the words of the server. */
function Odd({ record }: { record: ChannelOrder }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const words = useOdd()(record);
  const task = useObject('/api/v1/tasks', 'task', record.task ?? undefined);
  const refusal = task.data?.record.refusal;
  if (words.length === 0 && !refusal) return null;
  const tone = toneOf(record) === 'you' ? 'you' : 'nothing';
  return (
    <section className={`z-told z-tone-${tone}`} aria-label={t('orders.odd')}>
      <ul>
        {words.map((word) => (
          <li key={word}>{word}</li>
        ))}
      </ul>
      {refusal && (
        <p>
          {textOf(refusal.why, language)} {textOf(refusal.cure, language)} <span className="z-small">{t('problem.rule', { rule: refusal.rule })}</span>
        </p>
      )}
    </section>
  );
}

function Facts({ record }: { record: ChannelOrder }) {
  const { t } = useTranslation();
  return (
    <dl className="z-facts-grid">
      <div>
        <dt>{t('orders.merchant')}</dt>
        <dd>
          <MerchantName id={record.merchant} />
        </dd>
      </div>
      <div>
        <dt>{t('orders.stage')}</dt>
        <dd>{t(`orders.stages.${record.stage}`)}</dd>
      </div>
      <div>
        <dt>{t('orders.total')}</dt>
        <dd>{record.total ? <Amount money={record.total} /> : t('orders.notSaid')}</dd>
      </div>
      <div>
        <dt>{t('orders.channelId')}</dt>
        <dd>
          <code>{record.channel_order_id}</code> <span className="z-quiet">{record.shop}</span>
        </dd>
      </div>
      <div>
        <dt>{t('orders.kind')}</dt>
        <dd>
          {t(`orders.kinds.${record.kind}`)} {record.original_order_id && <code>{record.original_order_id}</code>}
        </dd>
      </div>
      <div>
        <dt>{t('orders.moneyHeldBy')}</dt>
        <dd>{t(`orders.holders.${record.money_held_by}`)}</dd>
      </div>
      <div>
        <dt>{t('orders.fulfilledBy')}</dt>
        <dd>{t(`orders.senders.${record.fulfilled_by}`)}</dd>
      </div>
      <div>
        <dt>{t('orders.soldOn')}</dt>
        <dd>{t(`orders.places.${record.sold_on}`)}</dd>
      </div>
      {record.accepted && (
        <div>
          <dt>{t('orders.oddAccepted', { by: record.accepted.by })}</dt>
          <dd>{record.accepted.reason}</dd>
        </div>
      )}
    </dl>
  );
}

/** What may be done, as the server says. */
function Decide({ seen }: { seen: Seen }) {
  const { t } = useTranslation();
  const give = useGive();
  const [reason, setReason] = useState('');
  const accept = saidOf(seen.allowed, 'orders.accept');
  const { merchant, id, total } = seen.record;
  return (
    <DecisionPanel
      actions={
        accept
          ? [
              {
                command: 'orders.accept',
                label: t('orders.accept'),
                // Once it is accepted the server takes it again, and nothing more happens.
                isMain: !seen.record.accepted,
                refused: accept.refused,
                isReady: reason.trim() !== '',
                consequence: (
                  <>
                    <p>
                      {t('orders.acceptWill')} {total && <Amount money={total} />}
                    </p>
                    <label className="z-field">
                      {t('orders.reason')}
                      <Input.TextArea rows={3} maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />
                    </label>
                  </>
                ),
                onDo: async () => {
                  await give('orders.accept', { environment: seen.environment, merchant, channel_order: id, reason: reason.trim() });
                },
              },
            ]
          : []
      }
    />
  );
}
