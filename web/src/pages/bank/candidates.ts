// What a line may belong to, as the server weighs it. Never compares a line with anything itself.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, type CommandBody, one, page, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { Problem } from '../../api/problem';
import { usePlace } from '../../app/place';

type Text = Schemas['Text'];

/** Why something speaks for or against a candidate. */
export interface Reason {
  code: string;
  text: Text;
  figures: Schemas['Figure'][];
}

/** The command that would say that a line is this candidate, but for what a person must add. */
export type Suggested =
  | { command: 'bank.propose_decision'; body: Omit<CommandBody<'bank.propose_decision'>, 'evidence'>; to_add: string[] }
  | { command: 'bank.pay_out'; body: CommandBody<'bank.pay_out'>; to_add: string[] };

/** Something that a line may belong to. */
export interface Candidate {
  kind: 'top_up' | 'payment' | 'withdrawal';
  id: string;
  merchant: { id: string; code: string; name: string } | null;
  amount: Schemas['Money'];
  party: string;
  reference: string;
  state: string;
  weighed: { speaks_for: Reason[]; speaks_against: Reason[] };
  suggested: Suggested | null;
  refusal: Schemas['Refusal'] | null;
}

/** What a line may belong to, and why it was not used by itself. */
export interface Candidates {
  line: string;
  waits: boolean;
  reasons: Reason[];
  candidates: Candidate[];
}

/** Asks what a line may belong to. */
export function useCandidates(line: Schemas['BankLine']): UseQueryResult<Candidates> {
  const { environment } = usePlace();
  return useQuery({
    queryKey: about(['bank_line', 'top_up', 'payment', 'withdrawal'], 'candidates', line.id),
    queryFn: async ({ signal }) => {
      try {
        return (await told(api.GET('/api/v1/bank-lines/{id}/candidates' as '/api/v1/bank-lines/{id}', { params: { path: { id: line.id } }, signal }))) as unknown as Candidates;
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return openTopUps(line, environment, signal);
        throw error;
      }
    },
  });
}

const OPEN = 50;

/** Where the server weighs nothing: the open top-ups. */
async function openTopUps(line: Schemas['BankLine'], environment: Schemas['Environment'], signal: AbortSignal): Promise<Candidates> {
  const candidates: Candidate[] = [];
  for (const state of ['in_review', 'awaiting_funds']) {
    for (const { record } of line.credit ? (await page('/api/v1/top-ups', { environment, state, limit: OPEN }, signal)).rows : []) {
      const { record: account } = await one('/api/v1/prepaid-accounts', record.account, signal);
      const { record: merchant } = await one('/api/v1/merchants', account.merchant, signal);
      candidates.push({
        kind: 'top_up',
        id: record.id,
        merchant: { id: account.merchant, code: merchant.code, name: merchant.name },
        amount: record.amount,
        party: record.payer,
        reference: record.remark_code,
        state: record.state.name,
        weighed: { speaks_for: [], speaks_against: [] },
        suggested: {
          command: 'bank.propose_decision',
          body: { environment, bank_account: line.account, line: line.id, decision: { name: 'match', merchant: account.merchant, top_up: record.id } },
          to_add: ['evidence'],
        },
        refusal: null,
      });
    }
  }
  return { line: line.id, waits: true, reasons: [], candidates };
}
