// Live or sandbox: which of the two the console shows, kept between visits and told by everything. Never mixes them on one page.
import { createContext, use, useMemo, useState, type ReactNode } from 'react';
import type { Schemas } from '../api/client';
import { keep, kept } from './kept';

/** Live money, or play money. */
export type Environment = Schemas['Environment'];

const KEY = 'environment';
const Context = createContext<{ environment: Environment; choose: (environment: Environment) => void }>({ environment: 'live', choose: () => undefined });

/** Gives it to everything within. */
export function PlaceProvider({ children }: { children: ReactNode }) {
  const [environment, setEnvironment] = useState<Environment>(() => (kept(KEY) === 'sandbox' ? 'sandbox' : 'live'));
  const place = useMemo(() => {
    const choose = (next: Environment) => {
      keep(KEY, next);
      setEnvironment(next);
    };
    return { environment, choose };
  }, [environment]);
  return <Context value={place}>{children}</Context>;
}

/** The one that is shown, and how to show the other. */
export function usePlace() {
  return use(Context);
}
