// What happened to an object, as its events say it. Never leaves one of them out, but for those before the last hundred.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, type Kind, told } from './client';
import { about } from './live';

/** One thing that happened: `type` names it, the rest is its own. */
export interface Happened {
  id: string;
  at: string;
  actor: string;
  command: string;
  event: { type: string } & Record<string, unknown>;
}

const LAST = 100;

/** The events of an object, the latest first. */
export function useEvents(kind: Kind, subject: string): UseQueryResult<Happened[]> {
  return useQuery({
    queryKey: about([kind], 'events', subject),
    queryFn: async ({ signal }) => (await told(api.GET('/api/v1/events', { params: { query: { subject, limit: LAST } }, signal }))).rows as unknown as Happened[],
  });
}
