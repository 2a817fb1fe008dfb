// What the pages of prepaid accounts ask the server, each question with the kinds of objects that it is about. Never works out
// what an answer does not say.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, type Kind, type Listed, page, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { type Environment, usePlace } from '../../app/place';
import type { Money } from '../../format/money';
import type { Text } from '../../text';

/** An account is in this programme unless its address says another. */
export const PROGRAMME = 'baitiao';

/** What changes an account's page. */
export const KINDS: readonly Kind[] = ['prepaid_account', 'top_up', 'promotion', 'hold', 'withdrawal', 'bank_line'];

/** Why something stands as it does. */
export interface Reason {
  code: string;
  text: Text;
}

/** A bank line that is probably for a request. */
export interface LikelyLine {
  line: string;
  amount: Money;
  state: string;
  weighed: { speaks_for: Reason[]; speaks_against: Reason[] };
}

/** A request that waits for its wire or for a person. */
export interface OpenTopUp {
  id: string;
  amount: Money;
  payer: string;
  remark_code: string;
  requested_at: string;
  expires_at: string | null;
  state: string;
  lines: LikelyLine[];
}

/** A way to close a breaker. */
export interface Way {
  kind: 'top_up' | 'open_top_ups' | 'wait' | 'lift_restriction';
  amount: Money | null;
  top_ups: string[];
  until: string | null;
  text: Text;
}

/** A promotion as an account shows it. */
export interface PromotionStanding {
  id: string;
  name: string;
  state: Schemas['PromotionState'];
  starts_at: string;
  ends_at: string;
}

/** A prepaid account at a glance. */
export interface Standing {
  account: string;
  merchant: { id: string; code: string; name: string };
  programme: string;
  currency: string;
  state: Schemas['AccountState'];
  available: Money;
  frozen: Money;
  owed: Money;
  in_withdrawal: Money;
  unfunded: Money;
  breaker: { state: Schemas['Breaker']; since: string | null; opened_at: string | null; cause: Reason | null; recheck_at: string | null };
  lines: { warning: Money; suspend: Money; resume_above: Money; floor: Money } | null;
  cure: { kept_open_by: Reason[]; needed: Money; ways: Way[] } | null;
  alarm: Schemas['Alarm'] | null;
  restriction: Schemas['Restriction'] | null;
  promotions: PromotionStanding[];
  open_top_ups: OpenTopUp[];
  open_withdrawals: string[];
}

/** Where to wire, and as whom. */
export interface HowToPay {
  payer: string;
  least: Money;
  receivers: { holder: string; bank: string; number: string }[];
}

/** Whose report it is. */
export interface Asked {
  code: string;
  environment: Environment;
  programme: string;
}

/** How an account stands. */
export function standingOf({ code, environment, programme }: Asked, signal?: AbortSignal): Promise<Standing> {
  const path = '/api/v1/merchants/{code}/standing' as '/api/v1/merchants/{code}/how-to-pay';
  return told(api.GET(path, { params: { path: { code }, query: { environment, programme } }, ...(signal && { signal }) })) as unknown as Promise<Standing>;
}

/** How an account stands, told anew as it changes. */
export function useStanding(asked: Asked, isOn = true): UseQueryResult<Standing> {
  return useQuery({ queryKey: about(KINDS, 'standing', asked), queryFn: ({ signal }) => standingOf(asked, signal), enabled: isOn });
}

/** A merchant by its code. */
export function useMerchant({ code, environment }: Asked): UseQueryResult<Listed<'/api/v1/merchants'>> {
  return useQuery({
    queryKey: about(['merchant'], 'merchant', code, environment),
    queryFn: ({ signal }) => told(api.GET('/api/v1/merchants/{code}', { params: { path: { code }, query: { environment } }, signal })),
  });
}

/** The accounts of a merchant, with what may be done with each. */
export function useAccounts({ code, environment }: Asked): UseQueryResult<Listed<'/api/v1/prepaid-accounts'>[]> {
  return useQuery({
    queryKey: about(['prepaid_account'], 'accounts-of', code, environment),
    queryFn: async ({ signal }) => (await page('/api/v1/prepaid-accounts', { merchant: code, environment, limit: 50 }, signal)).rows,
  });
}

/** Where a merchant wires to, and as whom. */
export function useHowToPay({ code, environment, programme }: Asked): UseQueryResult<HowToPay> {
  return useQuery({
    queryKey: about(['prepaid_account', 'bank_account'], 'how-to-pay', code, environment, programme),
    queryFn: ({ signal }) => told(api.GET('/api/v1/merchants/{code}/how-to-pay', { params: { path: { code }, query: { environment, programme } }, signal })) as unknown as Promise<HowToPay>,
  });
}

/** What every part of an account's page is given. */
export interface OfAccount {
  asked: Asked;
  standing: Standing;
  /** The account itself, with what may be done with it. */
  object: Listed<'/api/v1/prepaid-accounts'>;
}

/** Whose page it is, by its address. */
export function useAsked(code: string, programme?: string): Asked {
  const { environment } = usePlace();
  return { code, environment, programme: programme ?? PROGRAMME };
}

/** An account day by day. */
export interface BalanceDays {
  currency: string;
  days: { day: string; available: Money; frozen: Money; owed: Money; lines: Standing['lines'] }[];
  breaker: { at: string; way: 'opened' | 'closed' }[];
}

/** An account over the last ninety days. */
export function useBalanceDays({ code, environment, programme }: Asked): UseQueryResult<BalanceDays> {
  const path = '/api/v1/merchants/{code}/balance-days' as '/api/v1/merchants/{code}/how-to-pay';
  return useQuery({
    queryKey: about(KINDS, 'balance-days', code, environment, programme),
    queryFn: ({ signal }) => told(api.GET(path, { params: { path: { code }, query: { environment, programme } }, signal })) as unknown as Promise<BalanceDays>,
  });
}
