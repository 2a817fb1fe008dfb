// What a person may say that a line is: one of the candidates, or something that needs none. Never says whether it would be taken:
// the server does.
import type { TFunction } from 'i18next';
import type { CommandBody, Schemas } from '../../api/client';
import { spoken } from '../../format/money';
import type { Candidate } from './candidates';
import type { Line } from './states';

/** What is chosen without a candidate. */
export type Other = 'return_to_payer' | 'arrived' | 'bank_cost' | 'sweep_out';

/** What is chosen. */
export type Choice = { name: 'candidate'; candidate: Candidate } | { name: Other };

/** What comes into question without a candidate, for money that came and for money that went. */
export function othersOf({ credit }: Line): readonly Other[] {
  return credit ? ['return_to_payer', 'arrived'] : ['bank_cost', 'sweep_out', 'arrived'];
}

/** It needs one of our own accounts beside it. */
export function needsAccount(name: Choice['name']): name is 'bank_cost' | 'sweep_out' {
  return name === 'bank_cost' || name === 'sweep_out';
}

/** What is proposed, as the server takes it; nothing while the account is missing. */
export function proposalOf(name: Other, own: string | undefined): CommandBody<'bank.propose_decision'>['decision'] | undefined {
  if (!needsAccount(name)) return { name };
  return own === undefined ? undefined : { name, own_account: own };
}

interface Known {
  line: Line;
  candidates: readonly Candidate[];
  accountName: (id: string) => string;
  t: TFunction;
}

/** What will be so when it is decided, with its figures. */
export function outcomeOf(decision: Schemas['LineDecision'] | Schemas['Proposal'], { line, candidates, accountName, t }: Known): string {
  const amount = spoken(line.amount);
  const of = (id: string) => candidates.find((one) => one.id === id);
  switch (decision.name) {
    case 'match': {
      const found = of(decision.top_up);
      if (!found) return t('bank.outcome.matchPlain', { amount, id: decision.top_up });
      return t('bank.outcome.match', { amount, reference: found.reference, asked: spoken(found.amount), merchant: found.merchant?.name ?? found.party });
    }
    case 'withdrawal_returned':
      return t('bank.outcome.withdrawal_returned', { amount, id: decision.withdrawal, merchant: of(decision.withdrawal)?.merchant?.name ?? decision.merchant });
    case 'return_to_payer':
      return t('bank.outcome.return_to_payer', { amount, payer: line.payer_name, account: line.payer_account });
    case 'bank_cost':
    case 'sweep_out':
      return t(`bank.outcome.${decision.name}`, { amount, account: accountName(decision.own_account) });
    case 'arrived':
      return t('bank.outcome.arrived', { amount });
  }
}
