// What happened to a thing, from its events: in words where the console knows the event, else as the server calls it. Never leaves
// one out.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { api, type Kind, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { type Money, spoken } from '../../format/money';
import { moment } from '../../format/time';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { Timeline } from '../../pieces/Timeline';
import { CATALOGUES } from '../../text';
import type { Tone } from '../../theme/tokens';

const PAGE = 50;
/** Fewer than these are not yet a page. */
const FEW = 20;
/** How often the server is asked for one page, at most. */
const TIMES = 6;

type Known = keyof (typeof CATALOGUES)['en']['accounts']['event'];

const TONES: Partial<Record<Known, Tone>> = { breaker_open: 'stopped', breaker_floor: 'stopped', breaker_closed: 'done', alert_sent: 'you', alarm_raised: 'you', restricted: 'stopped', activated: 'done', suspended: 'stopped', resumed: 'done', begun: 'done' };

function isKnown(name: string): name is Known {
  return Object.hasOwn(CATALOGUES.en.accounts.event, name);
}

function isCause(value: unknown): value is keyof (typeof CATALOGUES)['en']['promotions']['cause'] {
  return typeof value === 'string' && Object.hasOwn(CATALOGUES.en.promotions.cause, value);
}

function isMoney(value: unknown): value is Money {
  return typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;
}

/** A page of events. The server looks through so many of a merchant's at a time: a page may hold few of one object, so it is asked
 * some times until there are enough. */
async function enough(subject: string, from: string, signal: AbortSignal) {
  const rows: Schemas['Event'][] = [];
  let after: string | null = from;
  for (let times = 0; times < TIMES && after !== null && rows.length < FEW; times += 1) {
    const page: { rows: Schemas['Event'][]; next_after: string | null } = await told(api.GET('/api/v1/events', { params: { query: { subject, limit: PAGE, ...(after !== '' && { after }) } }, signal }));
    rows.push(...page.rows);
    after = page.next_after;
  }
  return { rows, next_after: after };
}

/** What happened, the latest first; `subject` is the object's id. */
export function Happenings({ subject, kind }: { subject: string; kind: Kind }) {
  const { t } = useTranslation();
  const events = useInfiniteQuery({
    queryKey: about([kind], 'events', subject),
    queryFn: ({ pageParam, signal }) => enough(subject, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: ({ next_after: next }) => next ?? undefined,
  });
  if (events.isPending) return <Skeleton active={false} title={false} paragraph={{ rows: 6 }} />;
  const rows = events.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      {events.error && <ProblemAlert error={events.error} onRetry={() => void events.refetch()} />}
      <Timeline happenings={rows.map(({ id, at, actor, event }) => ({ key: id, at, actor, ...wordsOf(event, t) }))} />
      {events.hasNextPage && (
        <Button loading={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
          {t('accounts.timeline.older')}
        </Button>
      )}
    </>
  );
}

/** An event in words; its amounts and moments beside it. */
function wordsOf(event: Record<string, unknown>, t: TFunction) {
  const type = typeof event.type === 'string' ? event.type : '';
  const name = type === 'breaker_moved' ? `breaker_${String(event.to)}` : type;
  const told = Object.entries(event).flatMap(([key, value]) => {
    if (!Object.hasOwn(CATALOGUES.en.accounts.eventFigure, key)) return [];
    const word = t(`accounts.eventFigure.${key as keyof (typeof CATALOGUES)['en']['accounts']['eventFigure']}`);
    if (isMoney(value)) return [`${word} ${spoken(value)}`];
    if (isCause(value)) return [t(`promotions.cause.${value}`)];
    return typeof value === 'string' && value !== '' ? [`${word} ${/^\d{4}-\d\d-\d\dT/.test(value) ? moment(value) : value}`] : [];
  });
  return {
    what: isKnown(name) ? t(`accounts.event.${name}`) : <code>{type}</code>,
    ...(told.length > 0 && { detail: told.join(' · ') }),
    ...(isKnown(name) && TONES[name] && { tone: TONES[name] }),
  };
}
