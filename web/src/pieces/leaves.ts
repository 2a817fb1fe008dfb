// What JSON says, value by value with where it stands. Never leaves out what says something.
import type { Money } from '../format/money';

/** One value: where it stands, and what it is. */
export interface Leaf {
  path: string;
  value: string;
}

/** An object; an empty one where it is none. */
export function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** An amount with its currency. */
export function isMoney(value: unknown): value is Money {
  const { amount, currency } = object(value);
  return typeof amount === 'string' && typeof currency === 'string';
}

/** Every value that says something, in its order. */
export function leaves(value: unknown, path = ''): Leaf[] {
  if (value === null || value === undefined || value === '') return [];
  if (isMoney(value) && Object.keys(value).length === 2) return [{ path, value: `${value.amount} ${value.currency}` }];
  if (Array.isArray(value)) return value.flatMap((one, at) => leaves(one, `${path}[${String(at + 1)}]`));
  if (typeof value === 'object') return Object.entries(value).flatMap(([name, one]) => leaves(one, path === '' ? name : `${path}.${name}`));
  return [{ path, value: typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '' }];
}
