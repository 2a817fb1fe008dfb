// Our fees for an order: found among those that were booked when it came, then shown as they stand now. Never works one out.
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, one, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { isZero, type Money } from '../../format/money';
import { Amount } from '../../pieces/Amount';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { useMerchant } from '../../pieces/Merchant';
import { StatusTag } from '../../pieces/StatusTag';
import type { Tone } from '../../theme/tokens';
import { type ChannelMessage, type ChannelOrder, current } from './standing';

type Hold = Schemas['HoldSeen'];

/** A fee is booked when the message that brings it is taken; so long after it is looked for, in milliseconds. */
const AFTER = 3_600_000;
/** Messages after which is looked, at most. */
const LOOKED = 6;

const TONES = { requested: 'us', frozen: 'us', unfunded: 'stopped', partly_funded: 'stopped', partly_released: 'us', released: 'done', settled: 'done', mixed_closed: 'done' } satisfies Record<string, Tone>;
const FIGURES = ['charged', 'frozen', 'owed', 'settled', 'released', 'refunded'] as const;

interface Booked {
  hold: string;
  order: string;
}

function bookedOf(answer: unknown): Booked[] {
  const { rows } = (answer ?? {}) as { rows?: unknown };
  return Array.isArray(rows) ? rows.filter((row): row is Booked => typeof row === 'object' && row !== null && 'hold' in row && 'order' in row) : [];
}

export function Fees({ record, messages, environment }: { record: ChannelOrder; messages: readonly ChannelMessage[]; environment: Schemas['Environment'] }) {
  const { t } = useTranslation();
  const merchant = useMerchant(record.merchant);
  const code = merchant.data?.record.code;
  const key = `${record.channel}/${record.shop}/${record.channel_order_id}`;
  const programmes = [...new Set(current(record, messages)?.message.snapshot?.promotions?.map(({ programme }) => programme))];
  const moments = [...new Set(messages.map(({ message }) => message.received_at))].slice(0, LOOKED);
  const fees = useQuery({
    queryKey: about(['hold', 'channel_order'], 'fees', key, programmes, moments),
    enabled: code !== undefined,
    queryFn: async ({ signal }) => {
      const found: { programme: string; hold: Hold }[] = [];
      for (const programme of programmes) {
        for (const from of moments) {
          const to = new Date(new Date(from).getTime() + AFTER).toISOString();
          const answer = await told(api.GET('/api/v1/merchants/{code}/fees', { params: { path: { code: code ?? '' }, query: { environment, programme, from, to } }, signal }));
          const booked = bookedOf(answer).find((row) => row.order === key);
          if (!booked) continue;
          found.push({ programme, hold: (await one('/api/v1/holds', booked.hold, signal)).record });
          break;
        }
      }
      return found;
    },
  });
  return (
    <Section title={t('orders.fees')} lead={t('orders.feesLead')}>
      {programmes.length === 0 && <p className="z-quiet">{t('orders.noProgramme')}</p>}
      {fees.error && <ProblemAlert error={fees.error} onRetry={() => void fees.refetch()} />}
      {programmes.length > 0 && fees.isPending && !fees.error && <Skeleton active={false} title={false} paragraph={{ rows: 2 }} />}
      {fees.isSuccess && programmes.length > 0 && fees.data.length === 0 && <p className="z-quiet">{t('orders.noFee')}</p>}
      {fees.data?.map(({ programme, hold }) => <Fee key={hold.id} programme={programme} hold={hold} />)}
    </Section>
  );
}

function isState(state: string): state is keyof typeof TONES {
  return Object.hasOwn(TONES, state);
}

function Fee({ programme, hold }: { programme: string; hold: Hold }) {
  const { t } = useTranslation();
  const { state } = hold;
  const shown = FIGURES.map((name) => ({ name, sum: hold[name] })).filter((one): one is { name: (typeof FIGURES)[number]; sum: Money } => Boolean(one.sum) && (one.name === 'charged' || !isZero(one.sum as Money)));
  return (
    <div>
      <p className="z-row">
        <StatusTag tone={isState(state) ? TONES[state] : 'us'} word={isState(state) ? t(`orders.holds.${state}`) : state} />
        <span>{t('orders.programme', { programme })}</span>
        <span className="z-fill" />
        <code>{hold.id}</code>
      </p>
      <dl className="z-sums">
        {shown.map(({ name, sum }) => (
          <div key={name}>
            <dt>{t(`orders.fee.${name}`)}</dt>
            <dd>
              <Amount money={sum} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
