// What the channel said, message by message, the newest first: each value as it was read, with what we do not know and what
// changed marked. Never shows what is about people: it lies sealed.
import { useTranslation } from 'react-i18next';
import { leaves } from '../../pieces/leaves';
import { Moment } from '../../pieces/Moment';
import { Section } from '../../pieces/Page';
import { StatusTag } from '../../pieces/StatusTag';
import { type ChannelMessage, type ChannelOrder, marked, parsed } from './standing';

export function Payload({ record, messages }: { record: ChannelOrder; messages: readonly ChannelMessage[] }) {
  const { t } = useTranslation();
  const sealed = new Set(record.messages?.filter((one) => one.sealed).map(({ id }) => id));
  return (
    <Section title={t('orders.payload')} lead={t('orders.payloadLead')}>
      {messages.map((message, at) => ({ message, before: messages[at - 1] })).reverse().map(({ message, before }, at) => (
        <Message key={message.id} one={message} before={before} isOpen={at === 0} isSealed={sealed.has(message.id)} isCurrent={message.message.hash === record.hash} />
      ))}
    </Section>
  );
}

interface Given {
  one: ChannelMessage;
  before: ChannelMessage | undefined;
  isOpen: boolean;
  isSealed: boolean;
  isCurrent: boolean;
}

function Message({ one, before, isOpen, isSealed, isCurrent }: Given) {
  const { t } = useTranslation();
  const { message, applied } = one;
  const unmapped = message.unmapped ?? [];
  const now = leaves(parsed(message.detail));
  const values = marked(now, before && leaves(parsed(before.message.detail)), unmapped);
  return (
    <details className="z-details" open={isOpen}>
      <summary>
        <span className="z-row">
          <Moment at={message.received_at} />
          <strong>{t(`orders.stages.${message.stage}`)}</strong>
          {unmapped.length > 0 && <StatusTag tone="you" word={t('orders.unknownFields', { count: unmapped.length })} />}
          {!applied && <StatusTag tone="nothing" word={t('orders.notApplied')} />}
          {isCurrent && <StatusTag tone="done" word={t('orders.current')} />}
          {isSealed && <span className="z-quiet z-small">{t('orders.sealed')}</span>}
        </span>
      </summary>
      {unmapped.length > 0 && (
        <ul className="z-told z-tone-you">
          {unmapped.map(({ field, value, code }) => (
            <li key={`${field} ${value}`}>
              {t('orders.oddUnknown', { field, value })} <code>{code}</code>
            </li>
          ))}
        </ul>
      )}
      <div className="z-scroll" tabIndex={0} role="region" aria-label={t('orders.values')}>
        <table className="z-plain z-dense">
          <caption className="z-hidden">{t('orders.values')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('orders.field')}</th>
              <th scope="col">{t('orders.value')}</th>
              <th scope="col">{t('orders.mark')}</th>
            </tr>
          </thead>
          <tbody>
            {values.map(({ path, value, mark }) => (
              <tr key={path} className={mark === 'unknown' ? 'z-marked z-tone-you' : mark === 'changed' ? 'z-marked z-tone-us' : ''}>
                <th scope="row">
                  <code>{path}</code>
                </th>
                <td>{value}</td>
                <td>{mark && t(`orders.marks.${mark}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="z-quiet z-small">
        {t('orders.hash')} <code>{message.hash}</code>
      </p>
    </details>
  );
}
