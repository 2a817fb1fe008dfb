// What an account waits for, and for whom: the most urgent of what the server says. Never guesses.
import type { Standing } from './asking';

/** The key of what it waits for; nothing where it waits for nobody. */
export function waitOf({ breaker, restriction, open_top_ups: requests, state }: Pick<Standing, 'breaker' | 'restriction' | 'open_top_ups' | 'state'>) {
  if (state.name === 'closed') return undefined;
  const lines = requests.flatMap((one) => one.lines);
  if (lines.some((line) => line.state === 'proposed')) return 'second';
  if (lines.length > 0) return 'finance';
  if (restriction?.stage === 'proposed' || restriction?.stage === 'lift_proposed') return 'restriction';
  if (restriction) return 'lift';
  if (requests.length > 0) return 'wire';
  if (breaker.state !== 'closed') return 'money';
  return state.name === 'closing' ? 'closing' : undefined;
}

/** The key of what is wrong; nothing where all is well. */
export function troubleOf(standing: Pick<Standing, 'breaker' | 'restriction' | 'open_top_ups' | 'state' | 'alarm'>) {
  const wait = waitOf(standing);
  if (wait !== undefined && wait !== 'wire' && wait !== 'money') return wait;
  return standing.alarm && standing.state.name !== 'closed' ? 'low' : undefined;
}
