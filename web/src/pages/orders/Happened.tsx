// What happened to an order, in words, the latest first: what the channel told and when it came, and what people and the program
// did since. Never leaves a message out; older events are asked for a page at a time.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { moment } from '../../format/time';
import { Amount } from '../../pieces/Amount';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { Timeline, type Happening } from '../../pieces/Timeline';
import type { ChannelMessage, ChannelOrder } from './standing';

type Event = Schemas['Event'];

const EVENTS = 100;

export function Happened({ record, messages }: { record: ChannelOrder; messages: readonly ChannelMessage[] }) {
  const { t } = useTranslation();
  const events = useInfiniteQuery({
    queryKey: about(['channel_order'], 'events', record.id),
    queryFn: ({ pageParam, signal }) => told(api.GET('/api/v1/events', { params: { query: { subject: record.id, limit: EVENTS, ...(pageParam !== '' && { after: pageParam }) } }, signal })),
    initialPageParam: '',
    getNextPageParam: ({ next_after }) => next_after ?? undefined,
  });
  const since = events.data?.pages.flatMap(({ rows }) => rows) ?? [];
  const { ofMessage, ofEvent } = useHappenings(record);
  // Of one moment, what followed from a message stands above it.
  const all = [...since.flatMap((event) => ofEvent(event) ?? []), ...messages.map(ofMessage)];
  all.sort((one, other) => other.at.localeCompare(one.at));
  return (
    <Section title={t('orders.timeline')}>
      <Timeline happenings={all} />
      {events.error && <ProblemAlert error={events.error} onRetry={() => void events.refetch()} />}
      {events.hasNextPage && (
        <p className="z-row">
          <Button size="small" loading={events.isFetching} onClick={() => void events.fetchNextPage()}>
            {t('orders.lookBack')}
          </Button>
          <span className="z-quiet z-small">{t('orders.lookBackWhy')}</span>
        </p>
      )}
    </Section>
  );
}

/** Says messages and events in words. */
function useHappenings(record: ChannelOrder) {
  const { t } = useTranslation();
  const ofMessage = ({ id, applied, message }: ChannelMessage): Happening => {
    const { stage, updated_at, received_at, unmapped = [], difference_minor: difference } = message;
    const isOdd = unmapped.length > 0 || (typeof difference === 'number' && difference !== 0);
    const details = [t('orders.saidAt', { at: moment(updated_at) })];
    if (!applied) details.push(t('orders.notAppliedWhy'));
    if (unmapped.length > 0) details.push(t('orders.unknownFields', { count: unmapped.length }));
    if (typeof difference === 'number' && difference !== 0) details.push(t('orders.states.math_mismatch'));
    return {
      key: id,
      at: received_at,
      actor: t(`orders.channels.${record.channel}`),
      what: t(`orders.told.${stage}`),
      detail: details.map((text) => <p key={text}>{text}</p>),
      tone: isOdd ? 'you' : !applied ? 'nothing' : stage === 'cancelled' || stage === 'failed' ? 'stopped' : 'done',
    };
  };
  const ofEvent = ({ id, at, actor, event }: Event): Happening | undefined => {
    const said = event as { type?: string; reason?: string; messages?: number; payment?: Schemas['OrderPayment'] };
    const one = (what: Happening['what'], tone: Happening['tone'], detail?: Happening['detail']): Happening => ({ key: id, at, actor, what, tone: tone ?? 'nothing', ...(detail !== undefined && { detail }) });
    switch (said.type) {
      // Each message is told already.
      case 'taken':
      case 'archived':
        return undefined;
      case 'accepted':
        return one(t('orders.happened.accepted'), 'done', said.reason);
      case 'reinstated':
        return one(t('orders.happened.reinstated'), 'us');
      case 'ambiguous':
        return one(t('orders.happened.ambiguous'), 'you');
      case 'read_anew':
        return one(t('orders.happened.read_anew'), 'us');
      case 'forgotten':
        return one(t('orders.happened.forgotten', { count: said.messages ?? 0 }), 'nothing');
      case 'payment_changed':
        return one(
          t('orders.happened.payment_changed'),
          'us',
          said.payment && (
            <span className="z-row">
              <code>{said.payment.group}</code>
              {(said.payment.payments ?? []).map(({ reference, status }) => (
                <span key={reference}>{t(`orders.paid.${status}`)}</span>
              ))}
              {said.payment.share && <Amount money={said.payment.share} />}
            </span>
          ),
        );
      default:
        return one(<code>{said.type ?? ''}</code>, 'nothing');
    }
  };
  return { ofMessage, ofEvent };
}
