// What a line names by its id only: our bank accounts, a top-up, a merchant. Never guesses a name that was not read.
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { page, type Schemas } from '../../api/client';
import { about, useObject } from '../../api/live';
import { usePlace } from '../../app/place';

export type BankAccount = Schemas['BankAccount'];

/** As many as the server gives at once; a house has a handful. */
const ACCOUNTS = 500;

/** Our bank accounts. */
export function useBankAccounts(): readonly BankAccount[] {
  const { environment } = usePlace();
  const { data } = useQuery({
    queryKey: about(['bank_account'], 'known', environment),
    queryFn: async ({ signal }) => (await page('/api/v1/bank-accounts', { environment, limit: ACCOUNTS }, signal)).rows.map(({ record }) => record),
    staleTime: 60_000,
  });
  return data ?? [];
}

/** A number by its end, as people tell accounts from each other. */
export function ending(number: string): string {
  return number.length > 4 ? `*${number.slice(-4)}` : number;
}

/** The name of one of our accounts: its bank, and how its number ends. */
export function useAccountName(): (id: string) => string {
  const accounts = useBankAccounts();
  return useCallback(
    (id) => {
      const found = accounts.find((account) => account.id === id);
      return found ? `${found.bank} ${ending(found.number)}` : id;
    },
    [accounts],
  );
}

/** The name of a merchant; its id for as long as nobody knows more. */
export function useMerchantName(id: string | undefined): string {
  const { data } = useObject('/api/v1/merchants', 'merchant', id);
  return data ? data.record.name : (id ?? '');
}
