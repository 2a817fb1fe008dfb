// The money of an order as its channel tells it: lines, parts, payments, refunds. Never adds anything up: a sum that does not fit
// was found by the server.
import { useTranslation } from 'react-i18next';
import { isZero, ofMinor, type Money } from '../../format/money';
import { moment } from '../../format/time';
import { Amount } from '../../pieces/Amount';
import { Section } from '../../pieces/Page';
import { StatusTag } from '../../pieces/StatusTag';
import type { Tone } from '../../theme/tokens';
import { type ChannelMessage, type ChannelOrder, type ToldLine, toldOf } from './standing';

/** Parts of the sum, in the order in which people read a receipt. */
const PARTS = ['goods', 'goods_discount', 'shipping', 'shipping_discount', 'gift', 'fees', 'tax', 'duties', 'tip', 'total', 'current_total', 'presentment_total', 'paid', 'refunded', 'channel_fee'] as const;
const ALWAYS: readonly string[] = ['goods', 'total'];

const PAID: Record<string, Tone> = { captured: 'done', authorised: 'us', pending: 'us', failed: 'stopped', charged_back: 'stopped' };

export function Sums({ record, message }: { record: ChannelOrder; message: ChannelMessage }) {
  const { t } = useTranslation();
  const { money, lines } = toldOf(message.message.detail);
  const { difference_minor: difference, snapshot } = message.message;
  const parts = PARTS.map((part) => ({ part, sum: money[part] })).filter((one): one is { part: (typeof PARTS)[number]; sum: Money } => one.sum !== undefined && (!isZero(one.sum) || ALWAYS.includes(one.part)));
  const currency = record.total?.currency ?? money.total?.currency;
  return (
    <Section title={t('orders.sums')} lead={t('orders.sumsLead')}>
      {lines.length > 0 && <Lines lines={lines} />}
      <dl className="z-sums">
        {parts.map(({ part, sum }) => (
          <div key={part} className={part === 'total' ? 'z-strong' : ''}>
            <dt>{t(`orders.parts.${part}`)}</dt>
            <dd>
              <Amount money={sum} />
            </dd>
          </div>
        ))}
        {typeof difference === 'number' && difference !== 0 && currency !== undefined && (
          <div>
            <dt>
              <StatusTag tone="you" word={t('orders.parts.difference')} />
            </dt>
            <dd>
              <Amount money={ofMinor(difference, currency)} />
            </dd>
          </div>
        )}
      </dl>
      <Payments record={record} message={message} />
      {snapshot && snapshot.refunds.length > 0 && (
        <>
          <h3>{t('orders.refunds')}</h3>
          <ul className="z-items">
            {snapshot.refunds.map(({ reference, at, lines: given }) => (
              <li key={reference}>
                <code>{reference}</code>
                <span className="z-grow z-quiet">{moment(at)}</span>
                <span>
                  {given.map(({ line, amount }) => (
                    <span key={line} className="z-row">
                      <span className="z-quiet">{t('orders.ofLine', { line })}</span> <Amount money={amount} />
                    </span>
                  ))}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function Lines({ lines }: { lines: readonly ToldLine[] }) {
  const { t } = useTranslation();
  const shows = (name: 'unit_price' | 'discount' | 'tax') => lines.some((line) => line[name] && !isZero(line[name]));
  const extras = (['unit_price', 'discount', 'tax'] as const).filter(shows);
  return (
    <table className="z-plain">
      <caption className="z-hidden">{t('orders.lines')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('orders.article')}</th>
          <th scope="col" className="z-right">
            {t('orders.quantity')}
          </th>
          {extras.map((name) => (
            <th key={name} scope="col" className="z-right">
              {t(`orders.line.${name}`)}
            </th>
          ))}
          <th scope="col" className="z-right">
            {t('orders.line.line_total')}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, at) => (
          <tr key={line.channel_line_id ?? at}>
            <th scope="row">
              {line.title} <code>{line.sku}</code>
            </th>
            <td className="z-right z-figures">{line.qty}</td>
            {extras.map((name) => (
              <td key={name} className="z-right">
                {line[name] && <Amount money={line[name]} />}
              </td>
            ))}
            <td className="z-right">{line.line_total ? <Amount money={line.line_total} /> : t('orders.notSaid')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The payments that the channel names, and this order's share of one that covers several. */
function Payments({ record, message }: { record: ChannelOrder; message: ChannelMessage }) {
  const { t } = useTranslation();
  const payments = message.message.payments ?? [];
  const group = record.payment;
  if (payments.length === 0 && !group) return <p className="z-quiet">{t('orders.noPayments')}</p>;
  return (
    <>
      <h3>{t('orders.payments')}</h3>
      <ul className="z-items">
        {payments.map(({ reference, status, at, amount }) => (
          <li key={reference}>
            <StatusTag tone={PAID[status] ?? 'nothing'} word={t(`orders.paid.${status}`)} />
            <code className="z-grow">{reference}</code>
            <span className="z-quiet">{moment(at)}</span>
            {amount && <Amount money={amount} />}
          </li>
        ))}
        {group && (
          <li>
            <StatusTag tone="us" word={t('orders.group')} />
            <span className="z-grow">
              <code>{group.group}</code> <span className="z-quiet">{t('orders.groupWhy')}</span>
            </span>
            {group.share && (
              <span>
                {t('orders.share')} <Amount money={group.share} />
              </span>
            )}
          </li>
        )}
      </ul>
    </>
  );
}
