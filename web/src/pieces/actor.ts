// Who did something, as people are called: whoever came in by name, others as the server names them. Never decides who may do what.
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sessionQuery } from '../api/session';

/** The id under which the person that came in acts. */
export function useMe(): string | undefined {
  return useQuery(sessionQuery).data?.person.id;
}

/** The name of whoever acted. */
export function useActorName(): (actor: string) => string {
  const person = useQuery(sessionQuery).data?.person;
  return useCallback((actor) => (person && person.id === actor ? person.name : actor), [person]);
}
