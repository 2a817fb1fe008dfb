// In which of the five tones a state is shown, and under which word. Never decides a state: the server did.
import type { Schemas } from '../../api/client';
import type { Tone } from '../../theme/tokens';
import type { Standing } from './asking';

/** A tone, and the word's key. */
export interface Said<Key extends string> {
  tone: Tone;
  key: Key;
}

type AccountKey = 'restricted' | 'stopped' | 'low' | Schemas['AccountState']['name'];

/** How an account stands: what keeps it from selling goes before everything else. */
export function saidOfAccount({ state, restriction, breaker, alarm }: Pick<Standing, 'state' | 'restriction' | 'breaker' | 'alarm'>): Said<AccountKey> {
  if (state.name === 'closed') return { tone: 'nothing', key: 'closed' };
  if (restriction && restriction.stage !== 'proposed') return { tone: 'stopped', key: 'restricted' };
  if (breaker.state !== 'closed') return { tone: 'stopped', key: 'stopped' };
  if (state.name !== 'active') return { tone: 'us', key: state.name };
  return alarm ? { tone: 'you', key: 'low' } : { tone: 'done', key: 'active' };
}

/** How a top-up stands. */
export const TOP_UP: Record<Schemas['TopUpState']['name'], Tone> = { draft: 'nothing', awaiting_funds: 'us', in_review: 'you', credited: 'done', returned: 'nothing', cancelled: 'nothing', expired: 'nothing' };

/** How a withdrawal stands. */
export const WITHDRAWAL: Record<Schemas['WithdrawalState']['name'], Tone> = {
  new: 'nothing',
  requested: 'you',
  approved: 'you',
  sent: 'us',
  paid: 'done',
  rejected: 'nothing',
  cancelled: 'nothing',
  in_manual: 'stopped',
  reversed: 'nothing',
  returned: 'stopped',
  given_back: 'nothing',
};

/** How a fee stands. */
export const HOLD: Record<string, Tone> = { frozen: 'us', unfunded: 'stopped', partly_funded: 'you', settled: 'done' };

const HOLD_WORDS = ['requested', 'frozen', 'unfunded', 'partly_funded', 'partly_released', 'released', 'settled', 'mixed_closed'] as const;

/** Whether there is a word for a fee's state. */
export function isHoldWord(state: string): state is (typeof HOLD_WORDS)[number] {
  return HOLD_WORDS.some((word) => word === state);
}
