// The words of figures in force. Never says what a refusal means: the server says it.
import { both } from '../both';

export const policies = both(
  {
    title: '规则参数',
    lead: '正在生效的参数、将要生效的参数，以及如果换成别的会怎样。',
  },
  {
    title: 'Policies',
    lead: 'The figures in force, those to come, and what others would have done.',
  },
);
