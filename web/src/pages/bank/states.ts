// How a line's state reads: its colour, its word, and why it stands so. Never says why a line was refused: the server does.
import type { TFunction } from 'i18next';
import type { Schemas } from '../../api/client';
import { textOf } from '../../api/problem';
import type { Language } from '../../text';
import type { Tone } from '../../theme/tokens';

export type Line = Schemas['BankLine'];
export type LineState = Schemas['LineState'];
type Name = LineState['name'];

/** Where somebody is waited for, the most urgent first. */
export const WAITING = ['in_review', 'awaits_a_person', 'proposed', 'unallocated'] as const satisfies readonly Name[];

/** The colour of a state. */
export function toneOf(name: Name): Tone {
  switch (name) {
    case 'in_review':
    case 'awaits_a_person':
    case 'proposed':
    case 'unallocated':
      return 'you';
    case 'returning':
      return 'us';
    case 'unrecorded':
      return 'nothing';
    default:
      return 'done';
  }
}

/** What it takes to say why. */
interface Known {
  t: TFunction;
  language: Language;
  accountName: (id: string) => string;
  actorName: (actor: string) => string;
}

/** Why a line was matched, or why not; each reason by itself. */
export function whyOf({ state, decided }: Line, { t, language, accountName, actorName }: Known): string[] {
  const by = decided ? t('bank.why.decided', { maker: actorName(decided.maker), checker: actorName(decided.checker) }) : undefined;
  switch (state.name) {
    case 'unrecorded':
      return [];
    case 'unallocated':
      return [t('bank.why.unallocated')];
    case 'in_review':
      return state.reasons.map((reason) => textOf(reason, language));
    case 'awaits_a_person':
      return [t(`bank.why.${state.reason}`)];
    case 'proposed':
      return [t('bank.why.proposed', { maker: actorName(state.maker), what: t(`bank.decision.${state.decision.name}`) })];
    case 'allocated':
      return [by ?? t('bank.why.allocated', { id: state.top_up })];
    case 'returning':
    case 'returned':
    case 'pays_out':
      return [t(`bank.why.${state.name}`, { payment: state.payment }), ...(by === undefined ? [] : [by])];
    case 'bank_cost':
    case 'swept_out':
      return [t(`bank.why.${state.name}`, { account: accountName(state.own_account) }), ...(by === undefined ? [] : [by])];
    case 'withdrawal_returned':
    case 'arrived':
      return [t(`bank.why.${state.name}`), ...(by === undefined ? [] : [by])];
  }
}
