// In which tone a promotion's state is shown, under which word, and how its figures are written. Never decides a state.
import type { Schemas } from '../../api/client';
import type { Tone } from '../../theme/tokens';

type State = Schemas['PromotionState'];

/** A promotion's tone, and its word's key. */
export function saidOfPromotion(state: State): { tone: Tone; key: State['name'] } {
  const tones: Record<State['name'], Tone> = { new: 'nothing', drafted: 'nothing', scheduled: 'us', running: 'done', suspended: 'stopped', ended: 'nothing' };
  return { tone: tones[state.name], key: state.name };
}

/** A rate in hundredths of a percent, as people write it: `230` is `2.3%`. A rate is no amount. */
export function percent(rate: number): string {
  return `${String(rate / 100)}%`;
}
