// What waits in the machinery, in one shape: follow-ups that were refused, effects that were given up, timers whose command was
// refused. Never words a refusal: the server does.
import { page, type ListPath, type Schemas } from '../../api/client';
import type { Rows } from '../../pieces/csv';

/** Which list. */
export const TABS = ['tasks', 'effects', 'timers'] as const;
export type Tab = (typeof TABS)[number];

/** One of them. */
export interface Stuck {
  tab: Tab;
  id: string;
  partition: string;
  /** What would have followed, or what is done. */
  command: string;
  input: unknown;
  at: string;
  refusal: Schemas['Refusal'] | undefined;
  /** What the last attempt said, where nothing was refused. */
  error: string | undefined;
  attempts: number | undefined;
  allowed: readonly Schemas['Allowed'][];
}

const PATHS = { tasks: '/api/v1/tasks', effects: '/api/v1/effects', timers: '/api/v1/timers' } as const satisfies Record<Tab, ListPath>;

/** The kind of its objects. */
export const KINDS = { tasks: 'task', effects: 'effect', timers: 'timer' } as const;

/** A task in that shape. */
export function ofTask({ record, allowed }: Schemas['TaskObject']): Stuck {
  return { tab: 'tasks', id: record.id, partition: record.partition, command: record.command, input: record.input, at: record.at, refusal: record.refusal, error: undefined, attempts: undefined, allowed };
}

/** An effect in that shape. */
export function ofEffect({ record, allowed, updated_at }: Schemas['EffectObject']): Stuck {
  return { tab: 'effects', id: record.id, partition: record.partition, command: record.kind, input: record.input, at: updated_at, refusal: undefined, error: record.error ?? undefined, attempts: record.attempts, allowed };
}

/** A timer in that shape. */
export function ofTimer({ record, allowed, updated_at }: Schemas['TimerObject']): Stuck {
  return { tab: 'timers', id: record.id, partition: record.partition, command: record.command, input: record.input, at: updated_at, refusal: record.refusal ?? undefined, error: undefined, attempts: undefined, allowed };
}

interface Asked {
  environment: Schemas['Environment'];
  after?: string;
  limit: number;
}

/** A page of one of the lists. */
export async function stuck(tab: Tab, asked: Asked, signal?: AbortSignal): Promise<Rows<Stuck>> {
  if (tab === 'tasks') {
    const { rows, next_after } = await page(PATHS.tasks, { ...asked, order: 'oldest' }, signal);
    return { rows: rows.map(ofTask), next: next_after ?? undefined };
  }
  const dead = { ...asked, order: 'oldest', state: 'dead' } as const;
  if (tab === 'effects') {
    const { rows, next_after } = await page(PATHS.effects, dead, signal);
    return { rows: rows.map(ofEffect), next: next_after ?? undefined };
  }
  const { rows, next_after } = await page(PATHS.timers, dead, signal);
  return { rows: rows.map(ofTimer), next: next_after ?? undefined };
}
