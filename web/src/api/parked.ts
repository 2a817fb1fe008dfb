// What waits for a person because it was refused when it should have followed by itself. Read only.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from './client';
import type { Page, Parked } from './types';

const PATH = '/api/v1/records/parked';

/** A page of them. */
export function parkedPage(asked: { after?: string | undefined; limit: number }, signal?: AbortSignal): Promise<Page<Parked>> {
  return ask<Page<Parked>>(PATH, { query: asked, ...(signal && { signal }) });
}

/** The first of them, for the home page. */
export const parkedQuery = (limit: number) =>
  queryOptions({
    queryKey: ['parked', 'first', limit],
    queryFn: ({ signal }) => parkedPage({ limit }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
