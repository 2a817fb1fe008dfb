// Whose a prepaid account is: each looked up once. Never keeps it longer than the page's answers are kept.
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Listed, one, told } from '../../api/client';
import { about } from '../../api/live';

/** A merchant, with what may be done with it. */
export type Merchant = Listed<'/api/v1/merchants'>;

/** An account's merchant does not change. */
const KEPT = 600_000;

/** The merchant of an account. */
export async function whoseAccount(client: QueryClient, account: string): Promise<Merchant> {
  return client.ensureQueryData({
    queryKey: about(['merchant'], 'whose', account),
    staleTime: KEPT,
    queryFn: async () => {
      const found = await one('/api/v1/prepaid-accounts', account);
      return told(api.GET('/api/v1/merchants/{code}', { params: { path: { code: found.record.merchant }, query: { environment: found.environment } } }));
    },
  });
}

/** The merchant of an account, once the account is known. */
export function useWhose(account: string | undefined) {
  const client = useQueryClient();
  return useQuery({ queryKey: about(['merchant'], 'whose-shown', account), queryFn: () => whoseAccount(client, account ?? ''), enabled: account !== undefined });
}
