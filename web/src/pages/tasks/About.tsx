// What a follow-up was about, as its input names it: an order, a merchant, a payment of several orders. Never guesses what it does not
// name.
import { Link } from '@tanstack/react-router';
import { useObject } from '../../api/live';

/** The texts that an input names things by. */
export function namesOf(input: unknown): Readonly<Record<string, string>> {
  if (typeof input !== 'object' || input === null) return {};
  const all = Object.entries(input).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'string') return [[name, value]];
    // A fee names its order within its hold.
    return name === 'hold' && typeof value === 'object' && value !== null && 'order' in value && typeof value.order === 'string' ? [['order', value.order]] : [];
  });
  return Object.fromEntries(all);
}

export function About({ input }: { input: unknown }) {
  const names = namesOf(input);
  const merchant = useObject('/api/v1/merchants', 'merchant', names.merchant);
  const order = useObject('/api/v1/channel-orders', 'channel_order', names.channel_order);
  const record = order.data?.record;
  return (
    <>
      {names.channel_order !== undefined && (
        <p>
          <Link to="/o/orders/$id" params={{ id: names.channel_order }}>
            {record ? `${record.channel}/${record.shop}/${record.channel_order_id}` : names.channel_order}
          </Link>
        </p>
      )}
      {names.order !== undefined && <p>{names.order}</p>}
      {names.reference !== undefined && <p>{`${names.channel ?? ''}/${names.reference}`}</p>}
      {names.merchant !== undefined && (
        <p>
          {merchant.data ? (
            <Link to="/o/accounts/$code" params={{ code: merchant.data.record.code }}>
              {merchant.data.record.name}
            </Link>
          ) : (
            <code>{names.merchant}</code>
          )}
        </p>
      )}
    </>
  );
}
