// What needs an operator now: queues with the longest wait first, merchants whose promotions are stopped, clients' money. Shows what
// the server says and counts nothing.
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '../api/session';
import { Page, Section } from '../pieces/Page';
import { ProblemAlert } from '../pieces/ProblemAlert';
import { useAttention } from './home/attention';
import { ClientMoney } from './home/ClientMoney';
import { Queues } from './home/Queues';
import { Stopped } from './home/Stopped';

export function Home() {
  const { t } = useTranslation();
  const attention = useAttention();
  const session = useQuery(sessionQuery);
  return (
    <Page title={t('home.title')} lead={t('home.lead')}>
      {attention.error && <ProblemAlert error={attention.error} onRetry={() => void attention.refetch()} />}
      <div className="z-columns">
        <div className="z-flow">
          {attention.data && <Queues attention={attention.data} />}
          {attention.isPending && (
            <Section title={t('home.waits')}>
              <p className="z-hidden" role="status">
                {t('loading')}
              </p>
              <Skeleton active={false} title={false} paragraph={{ rows: 6 }} />
            </Section>
          )}
          {session.data?.person.permissions.includes('bank.read') && <ClientMoney />}
        </div>
        {attention.data && <Stopped attention={attention.data} />}
      </div>
    </Page>
  );
}
