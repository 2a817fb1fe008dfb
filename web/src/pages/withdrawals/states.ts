// How a withdrawal's state reads: its colour, its word, what it waits for and for whom. Never decides what may follow.
import type { TFunction } from 'i18next';
import type { Schemas } from '../../api/client';
import type { Tone } from '../../theme/tokens';

export type Withdrawal = Schemas['Withdrawal'];
type Name = Schemas['WithdrawalState']['name'];

/** Where somebody is waited for, approvals first. */
export const WAITING = ['requested', 'in_manual', 'returned', 'approved'] as const satisfies readonly Name[];

/** The colour of a state. */
export function toneOf(name: Name): Tone {
  switch (name) {
    case 'requested':
    case 'in_manual':
    case 'returned':
    case 'approved':
      return 'you';
    case 'sent':
      return 'us';
    case 'rejected':
      return 'stopped';
    case 'new':
    case 'cancelled':
      return 'nothing';
    case 'paid':
    case 'reversed':
    case 'given_back':
      return 'done';
  }
}

/** For whom the next check is: operations first, then finance. */
export function nextRole({ approvals }: Withdrawal): Schemas['Role'] {
  return approvals.length === 0 ? 'operations' : 'finance';
}

/** What it waits for, or how it ended. */
export function whyOf(withdrawal: Withdrawal, t: TFunction, actorName: (actor: string) => string): string {
  const { state } = withdrawal;
  switch (state.name) {
    case 'requested':
      return t('withdrawals.why.requested', { role: t(`withdrawals.role.${nextRole(withdrawal)}`) });
    case 'in_manual':
      return t(`withdrawals.why.${state.cause}`);
    case 'rejected':
      return t('withdrawals.why.rejected', { by: actorName(state.by), reason: state.reason });
    case 'cancelled':
    case 'reversed':
      return t(`withdrawals.why.${state.name}`, { by: actorName(state.by) });
    case 'given_back':
      return t('withdrawals.why.given_back', { maker: actorName(state.maker), checker: actorName(state.checker) });
    case 'approved':
    case 'sent':
    case 'returned':
    case 'paid':
      return t(`withdrawals.why.${state.name}`);
    case 'new':
      return '';
  }
}
