// Nothing is here: what would be, and the first step. Never shown while something loads or after a failure.
import type { ReactNode } from 'react';

export function EmptyState({ title, why, action }: { title: string; why: string; action?: ReactNode }) {
  return (
    <div className="z-empty">
      <p className="z-empty-title">{title}</p>
      <p className="z-quiet">{why}</p>
      {action}
    </div>
  );
}
