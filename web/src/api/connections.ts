// Shops' connections to channels. Read only; which of them is in trouble the server says.
import { queryOptions } from '@tanstack/react-query';
import { ask } from './client';
import type { Connection, Page } from './types';

/** As many as the server gives at once. */
export const CONNECTIONS_AT_ONCE = 500;

/** The connections, as many as are given at once. */
export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) => ask<Page<Connection>>('/api/v1/records/connections', { query: { limit: CONNECTIONS_AT_ONCE }, signal }),
  refetchInterval: 30_000,
});

/** Those that a person should look at. */
export function inTrouble(connections: readonly Connection[]): Connection[] {
  return connections.filter((one) => one.trouble !== undefined || one.state.name === 'refused');
}
