// Who did something, as people are called: people by name, others as the server names them. Never decides who may do what.
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { peopleQuery, sessionQuery } from '../api/session';

/** The id under which the person that came in acts. */
export function useMe(): string | undefined {
  return useQuery(sessionQuery).data?.person.id;
}

/** The name of whoever acted. */
export function useActorName(): (actor: string) => string {
  const people = useQuery(peopleQuery).data;
  return useCallback((actor) => people?.get(actor) ?? actor, [people]);
}
