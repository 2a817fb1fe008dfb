// The shapes of what the server takes and gives: the one place for them, which types generated from its OpenAPI document
// replace. Says nothing about what they mean, and nothing else in the console declares one.
import type { Money } from '../format/money';
import type { Text } from '../text';
import type { Figure } from './problem';

/** A page of a list, and where the next one begins. */
export interface Page<Row> {
  rows: Row[];
  next_after: string | null;
}

/** What a person is told of itself. */
export interface Person {
  id: string;
  login: string;
  name: string;
  role: string;
  must_change: boolean;
}

/** Who came in. */
export interface Session {
  person: Person;
}

/** What was refused. */
export interface Refusal {
  code: string;
  rule: string;
  figures: Figure[];
  why: Text;
  cure: Text;
}

/** What should have followed by itself, was refused and waits for a person. */
export interface Parked {
  id: string;
  command: string;
  refusal: Refusal;
  at: string;
}

/** What stands in a connection's way. */
export type Trouble =
  | { name: 'credentials'; code: string }
  | { name: 'late'; until: string; code?: string }
  | { name: 'out_of_reach'; from: string; to: string }
  | { name: 'sweep_differs'; missing: number; differing: number; fetched: number };

/** A shop's connection to a channel. */
export interface Connection {
  id: string;
  channel: string;
  shop: string;
  host: string;
  state: { name: 'active' | 'paused' | 'refused' | 'disconnected'; code?: string };
  trouble?: Trouble;
}

/** How clients' money stands in a currency. */
export interface ClientMoney {
  owed: Money;
  on_its_way: Money;
  cover: Money;
  excess: Money;
  shortfall: Money;
}
