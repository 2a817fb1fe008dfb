// Where an order stands, as tone and key of a word, and what the channel told, read from its JSON. Never decides: the server did.
import type { Schemas } from '../../api/client';
import type { Money } from '../../format/money';
import { isMoney, type Leaf, object } from '../../pieces/leaves';
import type { Tone } from '../../theme/tokens';

export type ChannelOrder = Schemas['ChannelOrder'];
export type ChannelMessage = Schemas['ChannelMessage'];

const TONES: Record<ChannelOrder['state']['name'], Tone> = {
  unseen: 'nothing',
  mapped: 'done',
  unmapped: 'you',
  math_mismatch: 'you',
  cancel_requested: 'us',
  cancelled_at_channel: 'stopped',
  ignored: 'nothing',
};

/** The colour of its state; what a person took as it is needs nobody. */
export function toneOf({ state }: Pick<ChannelOrder, 'state'>): Tone {
  return TONES[state.name];
}

/** What a channel told of an order, as far as people look at it. Everything may be missing. */
export interface Told {
  money: Partial<Record<string, Money>>;
  lines: ToldLine[];
  payments: { ref?: string | null; method?: string | null; amount?: Money | null; state?: unknown; at?: { at: string } | null }[];
  refunds: unknown[];
}

/** A line of it. */
export interface ToldLine {
  channel_line_id?: string;
  sku?: string | null;
  title?: string | null;
  qty?: number | null;
  unit_price?: Money | null;
  line_total?: Money | null;
  discount?: Money | null;
  tax?: Money | null;
}

function list<T>(value: unknown): T[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}

/** Reads the JSON of a message; what nobody can read tells nothing. */
export function parsed(detail: string): unknown {
  try {
    return JSON.parse(detail);
  } catch {
    return undefined;
  }
}

/** What a message tells. */
export function toldOf(detail: string): Told {
  const whole = object(parsed(detail));
  const money = Object.fromEntries(Object.entries(object(whole.money)).filter((pair): pair is [string, Money] => isMoney(pair[1])));
  return { money, lines: list(whole.lines), payments: list(whole.payments), refunds: list(whole.refunds) };
}

/** The message that the order follows now; the last one where none of them is. */
export function current(record: ChannelOrder, messages: readonly ChannelMessage[]): ChannelMessage | undefined {
  return messages.findLast(({ message }) => message.hash === record.hash) ?? messages.at(-1);
}

/** How a value is to be seen: unknown to us, other than in the message before, or neither. */
export type Mark = 'unknown' | 'changed' | undefined;

/** The mark of each value. */
export function marked(now: readonly Leaf[], before: readonly Leaf[] | undefined, unmapped: readonly Schemas['Unmapped'][]): (Leaf & { mark: Mark })[] {
  const known = before && new Map(before.map(({ path, value }) => [path, value]));
  const isUnknown = ({ path, value }: Leaf) => !path.startsWith('unmapped') && unmapped.some((one) => one.value !== '' && value === one.value && !path.endsWith('.field'));
  return now.map((leaf) => ({ ...leaf, mark: isUnknown(leaf) ? 'unknown' : known && known.get(leaf.path) !== leaf.value ? 'changed' : undefined }));
}
