// What a line may belong to, as the server weighs it. Never compares a line with anything itself.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, type CommandBody, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';

export type Reason = Schemas['Reason'];
export type Candidate = Schemas['LineCandidate'];
export type Candidates = Schemas['LineCandidates'];

/** Asks what a line may belong to. */
export function useCandidates(line: string): UseQueryResult<Candidates> {
  return useQuery({
    queryKey: about(['bank_line', 'top_up', 'payment', 'withdrawal'], 'candidates', line),
    queryFn: ({ signal }) => told(api.GET('/api/v1/bank-lines/{id}/candidates', { params: { path: { id: line } }, signal })),
  });
}

/** What is proposed, but for the evidence. */
export type Proposed = Omit<CommandBody<'bank.propose_decision'>, 'evidence'>;

/** The proposal that says that a line is this candidate, as the server made it ready. */
export function proposedBy({ suggested }: Candidate): Proposed | undefined {
  return suggested?.command === 'bank.propose_decision' ? (suggested.body as Proposed) : undefined;
}

/** The command that says that a debit is this payment, as the server made it ready. */
export function paidBy({ suggested }: Candidate): CommandBody<'bank.pay_out'> | undefined {
  return suggested?.command === 'bank.pay_out' ? (suggested.body as CommandBody<'bank.pay_out'>) : undefined;
}
