// How clients' money stands, by currency. Read only; nothing is added up here.
import { queryOptions } from '@tanstack/react-query';
import { ask } from './client';
import type { ClientMoney } from './types';

/** A row a currency. */
export const clientMoneyQuery = queryOptions({
  queryKey: ['client-money'],
  queryFn: ({ signal }) => ask<{ rows: ClientMoney[] }>('/api/v1/client-money', { signal }),
  refetchInterval: 60_000,
});
