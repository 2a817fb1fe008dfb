// Doing things: a command under the key of its attempt, then everything shown is asked anew; and what the server says may be done
// with an object. Never decides what is allowed.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { Attempts, type CommandBody, type CommandName, type CommandReply, type Schemas } from './client';

/** Gives a command. */
export type Give = <N extends CommandName>(name: N, body: CommandBody<N>) => Promise<CommandReply<N>>;

/** Gives commands from a page; throws what did not go. */
export function useGive(): Give {
  const client = useQueryClient();
  const attempts = useRef(new Attempts());
  return useCallback(
    async (name, body) => {
      const reply = await attempts.current.give(name, body);
      await client.invalidateQueries();
      return reply;
    },
    [client],
  );
}

/** What the server says of a command of an object: it may be given, or why not; nothing where the object does not know it. */
export function saidOf(allowed: readonly Schemas['Allowed'][], command: CommandName): { refused: Schemas['Refusal'] | undefined } | undefined {
  const said = allowed.find((one) => one.command === command);
  return said && { refused: said.refusal ?? undefined };
}
