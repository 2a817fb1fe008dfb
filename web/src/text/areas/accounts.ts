// The words of merchants and their prepaid accounts. Never says what a refusal means: the server says it.
import { both } from '../both';

export const accounts = both(
  {
    title: '预存账户',
    lead: '每个商家的预存资金：可用、冻结、欠费，以及活动能否运行。',
  },
  {
    title: 'Prepaid accounts',
    lead: 'What each merchant has paid in, what is frozen and owed, and whether its promotions may run.',
  },
);
