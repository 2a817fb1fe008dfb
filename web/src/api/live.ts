// What the console shows stays as it is on the server: each question says of which kinds of objects it is about, and is asked anew
// when one of these changes. Where changes cannot be heard, everything shown is asked anew now and then. Never changes what
// somebody types.
import { type QueryClient, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Kind, type Listed, type ListPath, one } from './client';

/** The name of a question that is about objects of these kinds; the rest tells it from others. */
export function about(kinds: readonly Kind[], ...rest: readonly unknown[]): readonly unknown[] {
  return [{ kinds }, ...rest];
}

function kindsOf(key: readonly unknown[]): readonly string[] {
  const first = key[0];
  return typeof first === 'object' && first !== null && 'kinds' in first && Array.isArray(first.kinds) ? (first.kinds as string[]) : [];
}

/** An object by its id, as it stands now. */
export function useObject<P extends ListPath>(path: P, kind: Kind, id: string | undefined): UseQueryResult<Listed<P>> {
  return useQuery({ queryKey: about([kind], path, id), queryFn: ({ signal }) => one(path, id ?? '', signal), enabled: id !== undefined });
}

/** Changes are gathered for so long before questions are asked anew, in milliseconds. */
const GATHER = 300;
/** Without changes to hear, everything shown is asked anew this often, in milliseconds. */
const ALONE = 30_000;
/** A stream that ended for good is opened anew after so long, in milliseconds. */
const AGAIN = 5_000;

/** Whether changes are heard. */
export type Hearing = 'begins' | 'hears' | 'deaf';

/** Asks anew what is about these kinds; everything when none are said. */
function askAnew(client: QueryClient, kinds?: ReadonlySet<string>): void {
  void client.invalidateQueries(kinds ? { predicate: ({ queryKey }) => kindsOf(queryKey).some((kind) => kinds.has(kind)) } : {});
}

/** Hears changes for as long as it is shown. */
export function useLive(isOn: boolean): Hearing {
  const client = useQueryClient();
  const [hearing, setHearing] = useState<Hearing>('begins');
  useEffect(() => {
    if (!isOn || typeof EventSource === 'undefined') return undefined;
    let stream: EventSource | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    let gathered: ReturnType<typeof setTimeout> | undefined;
    let kinds = new Set<string>();
    let wasDeaf = false;
    const tell = () => {
      gathered = undefined;
      askAnew(client, kinds);
      kinds = new Set();
    };
    const open = () => {
      stream = new EventSource('/api/v1/changes');
      stream.onopen = () => {
        // What changed while nothing was heard is told by nobody.
        if (wasDeaf) askAnew(client);
        wasDeaf = false;
        setHearing('hears');
      };
      stream.onerror = () => {
        wasDeaf = true;
        setHearing('deaf');
        if (stream?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN);
      };
      stream.addEventListener('reset', () => askAnew(client));
      stream.addEventListener('change', ({ data }: MessageEvent<string>) => {
        kinds.add((JSON.parse(data) as { kind: string }).kind);
        gathered ??= setTimeout(tell, GATHER);
      });
    };
    open();
    const alone = setInterval(() => {
      if (wasDeaf) askAnew(client);
    }, ALONE);
    return () => {
      stream?.close();
      clearTimeout(again);
      clearTimeout(gathered);
      clearInterval(alone);
    };
  }, [client, isOn]);
  return hearing;
}
