// What waits for a person: each refused follow-up with why and what to do, in the words of the server. Never retries or drops
// one.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { page, type Schemas } from '../api/client';
import { textOf } from '../api/problem';
import { usePlace } from '../app/place';
import { moment } from '../format/time';
import { EmptyState } from '../pieces/EmptyState';
import { Moment } from '../pieces/Moment';
import { Page } from '../pieces/Page';
import { QueryTable, type Column } from '../pieces/QueryTable';
import { useLanguage } from '../text';

type Parked = Schemas['TaskSeen'];

export function Tasks() {
  const { t } = useTranslation();
  const language = useLanguage();
  const search = useSearch({ from: '/o/tasks' });
  const navigate = useNavigate();
  const { environment } = usePlace();
  const columns: Column<Parked>[] = [
    { key: 'at', title: t('tasks.at'), width: 136, cell: ({ at }) => <Moment at={at} />, text: ({ at }) => moment(at) },
    { key: 'command', title: t('tasks.command'), width: 200, cell: ({ command }) => <code>{command}</code>, text: ({ command }) => command },
    { key: 'code', title: t('tasks.code'), width: 220, cell: ({ refusal }) => <code>{refusal.code}</code>, text: ({ refusal }) => refusal.code },
    { key: 'why', title: t('tasks.why'), cell: ({ refusal }) => textOf(refusal.why, language), text: ({ refusal }) => textOf(refusal.why, language) },
    { key: 'cure', title: t('tasks.cure'), cell: ({ refusal }) => textOf(refusal.cure, language), text: ({ refusal }) => textOf(refusal.cure, language) },
    { key: 'rule', title: t('tasks.rule'), isExtra: true, cell: ({ refusal }) => refusal.rule, text: ({ refusal }) => refusal.rule },
    { key: 'id', title: t('tasks.id'), isExtra: true, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
  ];
  return (
    <Page title={t('tasks.title')} lead={t('tasks.lead')}>
      <QueryTable<Parked>
        name="tasks"
        caption={t('tasks.title')}
        columns={columns}
        rowKey={({ id }) => id}
        kinds={['task']}
        fetch={async ({ after, limit }, signal) => {
          const { rows, next_after } = await page('/api/v1/tasks', { environment, limit, ...(after !== undefined && { after }) }, signal);
          return { rows: rows.map(({ record }) => record), next: next_after ?? undefined };
        }}
        search={search}
        onSearch={(next) => void navigate({ to: '/o/tasks', search: next })}
        empty={<EmptyState title={t('tasks.noneTitle')} why={t('tasks.noneWhy')} />}
      />
    </Page>
  );
}
