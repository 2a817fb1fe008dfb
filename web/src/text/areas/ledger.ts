// The words of the ledger. Never says what a refusal means: the server says it.
import { both } from '../both';

export const ledger = both(
  {
    title: '总账',
    lead: '科目、分录，以及任何时刻的余额。',
  },
  {
    title: 'Ledger',
    lead: 'Accounts, transfers, and the balance at any moment.',
  },
);
