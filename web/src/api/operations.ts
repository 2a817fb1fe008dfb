// Long work: how it is asked for, and how far it is. It goes on by itself on the server, also when nobody looks. Never does any
// of it here.
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { api, Attempts, one, type Schemas, told } from './client';
import { about } from './live';

/** Long work, as the server shows it. */
export type Operation = Schemas['OperationObject'];
/** What may be asked for. */
export type Work = Schemas['OperationWork'];
/** A list that the server gives as a file. */
export type ExportedList = Schemas['ExportedList'];

/** Whatever the time. */
export const ANY_TIME = { from: null, to: null };

/** Without changes to hear, what runs is looked at this often, in milliseconds. */
const LOOK = 2_000;

/** Nothing more will come of it. */
export function isOver({ record }: Operation): boolean {
  return record.state !== 'waiting' && record.state !== 'running';
}

/** How far it is, in hundredths; nothing where nobody knows before the end. */
export function percentOf({ record }: Operation): number | undefined {
  const { done, of } = record.progress;
  if (record.state === 'done' || record.state === 'expired') return 100;
  return of === null || of === 0 ? undefined : Math.min(100, Math.floor((done / of) * 100));
}

/** One operation, looked at until it is over. */
export function useOperation(id: string | undefined): UseQueryResult<Operation> {
  return useQuery({
    queryKey: about(['operation'], '/api/v1/operations', id),
    queryFn: ({ signal }) => one('/api/v1/operations', id ?? '', signal),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? LOOK : false),
  });
}

/** Asks for long work; the same input is the same work for as long as nobody knows whether it was taken. */
export function useAsk(): (environment: Schemas['Environment'], work: Work) => Promise<Operation> {
  const client = useQueryClient();
  const attempts = useRef(new Attempts());
  return useCallback(
    async (environment, work) => {
      const body = { environment, work };
      const asked = (key: string) => told(api.POST('/api/v1/operations', { params: { header: { 'Idempotency-Key': key } }, body }));
      const operation = (await attempts.current.under(JSON.stringify(body), asked)) as Operation;
      await client.invalidateQueries({ queryKey: about(['operation']) });
      return operation;
    },
    [client],
  );
}
