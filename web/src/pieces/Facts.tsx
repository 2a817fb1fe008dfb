// Facts of a thing, each under its name. Never shows a name without a fact.
import type { ReactNode } from 'react';

/** What it is called, and what it is; nothing leaves the fact out. */
export type Fact = readonly [string, ReactNode];

export function Facts({ facts, isNarrow = false }: { facts: readonly Fact[]; isNarrow?: boolean }) {
  const said = facts.filter(([, fact]) => fact !== undefined && fact !== null && fact !== '' && fact !== false);
  return (
    <dl className={isNarrow ? 'z-facts-list' : 'z-facts-grid'}>
      {said.map(([name, fact]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}
