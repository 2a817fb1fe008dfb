// What waits for people of the operator, as the server counts it, and where each of it is dealt with. Never counts or weighs anything
// itself.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { LinkProps } from '@tanstack/react-router';
import { api, type Kind, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { usePlace } from '../../app/place';

export type Attention = Schemas['Attention'];
export type Queue = Schemas['QueueStanding'];
export type Item = Schemas['QueueItem'];

/** What a queue may be made of. */
const KINDS: readonly Kind[] = ['bank_line', 'held_statement', 'top_up', 'withdrawal', 'payment', 'payment_file', 'prepaid_account', 'policy', 'ticket', 'review_task', 'task', 'unread_message', 'connection', 'effect', 'timer', 'client_money_day'];

/** What waits now. */
export function useAttention(): UseQueryResult<Attention> {
  const { environment } = usePlace();
  return useQuery({
    queryKey: about(KINDS, 'attention', environment),
    queryFn: ({ signal }) => told(api.GET('/api/v1/attention', { params: { query: { environment } }, signal })),
  });
}

/** Those in which somebody waits, the longest wait first; accounts whose promotions are stopped stand by themselves. */
export function waiting({ queues }: Attention): Queue[] {
  const full = queues.filter(({ queue, count }) => count > 0 && queue !== 'breakers_open');
  return full.sort((one, other) => (one.oldest?.since ?? '').localeCompare(other.oldest?.since ?? ''));
}

type Way = Pick<LinkProps, 'to' | 'search' | 'params'>;

/** Where the first of a queue is dealt with; none where the console has no page for it. */
export function wayTo({ queue, items }: Queue): Way | undefined {
  const [first] = items;
  if (!first) return undefined;
  const { id } = first;
  switch (queue) {
    case 'bank_lines':
      return { to: '/o/bank-lines', search: { line: id } };
    case 'bank_lines_unallocated':
      return { to: '/o/bank-lines', search: { tab: 'unallocated', line: id } };
    case 'bank_decisions':
      return { to: '/o/bank-lines', search: { tab: 'proposed', line: id } };
    case 'held_statements':
      return { to: '/o/bank-lines' };
    case 'top_ups_in_review':
      return { to: '/o/bank-lines', search: { tab: 'in_review' } };
    case 'withdrawals_to_approve':
    case 'withdrawals_to_send':
    case 'withdrawals_failed':
      return { to: '/o/withdrawals', search: { withdrawal: id } };
    case 'breakers_open':
    case 'accounts_to_confirm':
      return first.merchant ? { to: '/o/accounts/$code', params: { code: first.merchant.code } } : undefined;
    case 'policies_proposed':
      return { to: '/o/policies' };
    case 'tasks':
      return { to: '/o/tasks', search: { task: id } };
    case 'dead_effects':
      return { to: '/o/tasks', search: { tab: 'effects', task: id } };
    case 'dead_timers':
      return { to: '/o/tasks', search: { tab: 'timers', task: id } };
    case 'client_money_short':
    case 'payments_to_file':
    case 'payment_files_to_release':
    case 'tickets':
    case 'reviews_escalated':
    case 'reviews_open':
    case 'reviews_to_confirm':
    case 'unread_messages':
    case 'connections_in_trouble':
      return undefined;
  }
}
