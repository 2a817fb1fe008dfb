// The words of withdrawals. Never says what a refusal means: the server says it.
import { both } from '../both';

export const withdrawals = both(
  {
    title: '提现',
    lead: '商家要取回的钱：等待审批、付款途中、已付。',
  },
  {
    title: 'Withdrawals',
    lead: 'Money that merchants take out: waiting for approval, on its way, paid.',
  },
);
