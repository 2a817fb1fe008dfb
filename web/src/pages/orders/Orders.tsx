// The orders of all channels: whose, where from, how far, for how much, and what is odd about each. Shows what the server says
// and computes nothing.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { page, type Schemas } from '../../api/client';
import { ANY_TIME } from '../../api/operations';
import { usePlace } from '../../app/place';
import { spoken } from '../../format/money';
import { moment } from '../../format/time';
import { Amount } from '../../pieces/Amount';
import { EmptyState } from '../../pieces/EmptyState';
import { MerchantName } from '../../pieces/Merchant';
import { Moment } from '../../pieces/Moment';
import { Page } from '../../pieces/Page';
import { QueryTable, type Column } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import { useOdd } from './odd';
import { toneOf } from './standing';

type Row = Schemas['ChannelOrder'];

/** From the beginning to now. */

export function Orders() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/o/orders' });
  const navigate = useNavigate();
  const { environment } = usePlace();
  const odd = useOdd();
  const name = ({ display_no, channel_order_id }: Row) => display_no ?? channel_order_id;
  const columns: Column<Row>[] = [
    { key: 'number', title: t('orders.number'), width: 176, cell: (row) => <span className="z-figures z-merchant">{name(row)}</span>, text: name },
    { key: 'merchant', title: t('orders.merchant'), width: 190, cell: ({ merchant }) => <MerchantName id={merchant} />, text: ({ merchant }) => merchant },
    { key: 'channel', title: t('orders.channel'), width: 120, cell: ({ channel }) => t(`orders.channels.${channel}`), text: ({ channel }) => t(`orders.channels.${channel}`) },
    { key: 'stage', title: t('orders.stage'), width: 96, cell: ({ stage }) => t(`orders.stages.${stage}`), text: ({ stage }) => t(`orders.stages.${stage}`) },
    { key: 'total', title: t('orders.total'), width: 130, isFigure: true, cell: ({ total }) => total && <Amount money={total} />, text: ({ total }) => (total ? spoken(total) : '') },
    { key: 'state', title: t('orders.state'), cell: (row) => <State row={row} words={odd(row)} />, text: (row) => [t(`orders.states.${row.state.name}`), ...odd(row)].join('; ') },
    { key: 'updated', title: t('orders.updated'), width: 136, cell: ({ updated_at }) => <Moment at={updated_at} />, text: ({ updated_at }) => moment(updated_at) },
    { key: 'shop', title: t('orders.shop'), isExtra: true, cell: ({ shop }) => shop, text: ({ shop }) => shop },
    { key: 'channelId', title: t('orders.channelId'), isExtra: true, cell: ({ channel_order_id }) => <code>{channel_order_id}</code>, text: ({ channel_order_id }) => channel_order_id },
    { key: 'kind', title: t('orders.kind'), isExtra: true, cell: ({ kind }) => t(`orders.kinds.${kind}`), text: ({ kind }) => t(`orders.kinds.${kind}`) },
    { key: 'money', title: t('orders.moneyHeldBy'), isExtra: true, cell: ({ money_held_by }) => t(`orders.holders.${money_held_by}`), text: ({ money_held_by }) => t(`orders.holders.${money_held_by}`) },
    { key: 'messages', title: t('orders.messages'), isExtra: true, isFigure: true, cell: ({ messages }) => messages?.length ?? 0, text: ({ messages }) => String(messages?.length ?? 0) },
    { key: 'id', title: t('orders.id'), isExtra: true, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
  ];
  return (
    <Page title={t('orders.title')} lead={t('orders.lead')}>
      <QueryTable<Row>
        name="orders"
        caption={t('orders.title')}
        columns={columns}
        filters={[{ name: 'merchant', label: t('orders.merchant'), isMerchant: true }]}
        rowKey={({ id }) => id}
        kinds={['channel_order']}
        fetch={async ({ after, limit, filters }, signal) => {
          const { rows, next_after } = await page('/api/v1/channel-orders', { environment, limit, order: 'newest', ...filters, ...(after !== undefined && { after }) }, signal);
          return { rows: rows.map(({ record }) => record), next: next_after ?? undefined };
        }}
        exported={({ merchant }) => (merchant === undefined ? undefined : { name: 'channel_orders', merchant, period: ANY_TIME })}
        search={search}
        onSearch={(next) => void navigate({ to: '/o/orders', search: next })}
        onOpen={({ id }) => void navigate({ to: '/o/orders/$id', params: { id } })}
        empty={<EmptyState title={t('orders.noneTitle')} why={t('orders.noneWhy')} />}
      />
    </Page>
  );
}

/** Where it stands, and what is odd about it. */
function State({ row, words }: { row: Row; words: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <span className="z-row">
      <StatusTag tone={toneOf(row)} word={t(`orders.states.${row.state.name}`)} />
      {words.map((word) => (
        <span key={word} className="z-small">
          {word}
        </span>
      ))}
    </span>
  );
}
