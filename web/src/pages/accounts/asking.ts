// What the pages of prepaid accounts ask the server, each question with the kinds of objects that it is about. Never works out
// what an answer does not say.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, type Kind, type Listed, page, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { type Environment, usePlace } from '../../app/place';
import type { Money } from '../../format/money';

/** An account is in this programme unless its address says another. */
export const PROGRAMME = 'baitiao';

/** What changes an account's page. */
export const KINDS: readonly Kind[] = ['prepaid_account', 'top_up', 'promotion', 'hold', 'withdrawal', 'bank_line'];

/** A prepaid account at a glance. */
export type Standing = Schemas['AccountStanding'];

/** A request that waits for its wire or for a person. */
export type OpenTopUp = Schemas['OpenTopUp'];

/** A bank line that is probably for a request. */
export type LikelyLine = Schemas['LikelyLine'];

/** A way to close a breaker. */
export type Way = Schemas['CureWay'];

/** An account day by day. */
export type BalanceDays = Schemas['BalanceDays'];

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
  return told(api.GET('/api/v1/merchants/{code}/standing', { params: { path: { code }, query: { environment, programme } }, ...(signal && { signal }) }));
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

/** An account over the last ninety days. */
export function useBalanceDays({ code, environment, programme }: Asked): UseQueryResult<BalanceDays> {
  return useQuery({
    queryKey: about(KINDS, 'balance-days', code, environment, programme),
    queryFn: ({ signal }) => told(api.GET('/api/v1/merchants/{code}/balance-days', { params: { path: { code }, query: { environment, programme } }, signal })),
  });
}
