// What waits for a person in the machinery: refused follow-ups, effects that were given up, timers whose command was refused; each
// with why and what to do, in the words of the server. Never retries or drops one by itself.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../api/problem';
import { usePlace } from '../app/place';
import { moment } from '../format/time';
import { following } from '../pieces/CaseDrawer';
import { EmptyState } from '../pieces/EmptyState';
import { Moment } from '../pieces/Moment';
import { Page } from '../pieces/Page';
import { QueryTable, type Column } from '../pieces/QueryTable';
import { useLanguage } from '../text';
import { About, namesOf } from './tasks/About';
import { KINDS, stuck, TABS, type Stuck, type Tab } from './tasks/lists';
import { TaskDrawer } from './tasks/TaskDrawer';

export function Tasks() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/o/tasks' });
  const navigate = useNavigate();
  const { environment } = usePlace();
  const [rows, setRows] = useState<readonly Stuck[]>([]);
  const [said, setSaid] = useState<string>();
  const tab = TABS.find((one) => one === search.tab) ?? 'tasks';
  const columns = useColumns();
  const to = (next: Record<string, string>) => void navigate({ to: '/o/tasks', search: next });
  const open = (task: string | undefined, what?: string) => {
    const rest = Object.fromEntries(Object.entries(search).filter(([name]) => name !== 'task'));
    setSaid(what);
    to(task === undefined ? rest : { ...rest, task });
  };
  const hear = useCallback((all: readonly Stuck[]) => setRows(all), []);
  const ids = rows.map(({ id }) => id);
  return (
    <Page title={t('tasks.title')} lead={t('tasks.lead')}>
      {said !== undefined && search.task === undefined && (
        <p className="z-notice z-tone-done" role="status">
          {said}
        </p>
      )}
      <Segmented<Tab> className="z-tabs" aria-label={t('tasks.tabs')} value={tab} options={TABS.map((value) => ({ value, label: t(`tasks.tab.${value}`) }))} onChange={(value) => to(value === 'tasks' ? {} : { tab: value })} />
      <QueryTable<Stuck>
        key={tab}
        name={tab}
        caption={t(`tasks.tab.${tab}`)}
        columns={columns}
        rowKey={({ id }) => id}
        kinds={[KINDS[tab]]}
        fetch={({ after, limit }, signal) => stuck(tab, { environment, limit, ...(after !== undefined && { after }) }, signal)}
        search={search}
        onSearch={(next) => to(tab === 'tasks' ? next : { ...next, tab })}
        onRows={hear}
        onOpen={({ id }) => open(id)}
        open={search.task}
        empty={<EmptyState title={t(`tasks.none.${tab}`)} why={t(`tasks.noneWhy.${tab}`)} />}
      />
      <TaskDrawer id={search.task} rows={rows} environment={environment} said={said} onOpen={(id) => open(id)} onClose={() => open(undefined)} onDone={(id, what) => open(following(ids, id), what)} />
    </Page>
  );
}

function useColumns(): Column<Stuck>[] {
  const { t } = useTranslation();
  const language = useLanguage();
  const why = ({ refusal, error }: Stuck) => (refusal ? textOf(refusal.why, language) : (error ?? ''));
  const cure = ({ refusal }: Stuck) => (refusal ? textOf(refusal.cure, language) : '');
  return [
    { key: 'at', title: t('tasks.at'), width: 136, cell: ({ at }) => <Moment at={at} />, text: ({ at }) => moment(at) },
    {
      key: 'why',
      title: t('tasks.whyCure'),
      cell: (row) => (
        <>
          <p>{why(row)}</p>
          <p className="z-quiet z-small">{cure(row)}</p>
        </>
      ),
      text: (row) => `${why(row)} ${cure(row)}`,
    },
    { key: 'about', title: t('tasks.about'), width: 240, cell: ({ input }) => <About input={input} />, text: ({ input }) => Object.values(namesOf(input)).join(' ') },
    { key: 'command', title: t('tasks.command'), width: 170, cell: ({ command }) => <code>{command}</code>, text: ({ command }) => command },
    { key: 'code', title: t('tasks.code'), isExtra: true, cell: ({ refusal }) => refusal && <code>{refusal.code}</code>, text: ({ refusal }) => refusal?.code ?? '' },
    { key: 'rule', title: t('tasks.rule'), isExtra: true, cell: ({ refusal }) => refusal?.rule, text: ({ refusal }) => refusal?.rule ?? '' },
    { key: 'id', title: t('tasks.id'), isExtra: true, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
  ];
}
