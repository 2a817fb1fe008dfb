// The words of long work. Never says what a refusal means: the server says it.
import { both } from '../both';

export const operations = both(
  {
    title: '长任务',
    lead: '导出和核对：进行到哪里，结果在哪里。',
  },
  {
    title: 'Long work',
    lead: 'Exports and verifications: how far they are, and what came of them.',
  },
);
