// The words of promotions. Never says what a refusal means: the server says it.
import { both } from '../both';

export const promotions = both(
  {
    title: '营销活动',
    lead: '商家的活动：哪些在运行，哪些被停，为什么。',
  },
  {
    title: 'Promotions',
    lead: 'What merchants promote: what runs, what stopped, and why.',
  },
);
