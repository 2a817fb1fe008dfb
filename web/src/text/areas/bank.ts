// The words of bank lines and how they are matched. Never says what a refusal means: the server says it.
import { both } from '../both';

export const bank = both(
  {
    title: '银行流水',
    lead: '银行告诉我们的每一笔：属于谁，为什么，还有哪些需要您判断。',
  },
  {
    title: 'Bank lines',
    lead: 'Each line that the bank told us: whose it is, why, and which of them need you.',
  },
);
