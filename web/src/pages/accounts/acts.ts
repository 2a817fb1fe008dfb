// Commands of an object as actions of a page: those that the server knows for it, each with its reason when it may not be given.
// Never hides what is refused, but for the second half of something that nobody began.
import { saidOf } from '../../api/act';
import type { CommandName, Schemas } from '../../api/client';
import type { Action } from '../../pieces/DecisionPanel';

/** What is shown of a command. */
export type Offer = Omit<Action, 'command' | 'refused'> & { command: CommandName; key?: string };

/** Those of the offers that the object knows. */
export function offered(allowed: readonly Schemas['Allowed'][], offers: readonly Offer[]): Action[] {
  return offers.flatMap(({ command, key, ...rest }) => {
    const said = saidOf(allowed, command);
    return said ? [{ ...rest, command: key ?? command, refused: said.refused }] : [];
  });
}

/** Whether a command may be given now. */
export function may(allowed: readonly Schemas['Allowed'][], command: CommandName): boolean {
  const said = saidOf(allowed, command);
  return said !== undefined && said.refused === undefined;
}
