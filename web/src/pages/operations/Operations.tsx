// Long work: exports and verifications, how far each is, who asked, what came of it. Does none of it, and stops only what a
// person no longer wants.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Drawer, Progress, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { saidOf, useGive } from '../../api/act';
import { page } from '../../api/client';
import { isOver, type Operation, percentOf, useOperation } from '../../api/operations';
import { textOf } from '../../api/problem';
import { usePlace } from '../../app/place';
import { moment } from '../../format/time';
import { useActorName } from '../../pieces/actor';
import { DecisionPanel } from '../../pieces/DecisionPanel';
import { EmptyState } from '../../pieces/EmptyState';
import { Moment } from '../../pieces/Moment';
import { Page } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { QueryTable, type Column } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import { useLanguage } from '../../text';
import { Values } from '../../pieces/Values';
import { size, STATES, stateOf, TONES, useWorkWords } from './words';
import { VerifyButton } from './Verify';

export function Operations() {
  const { t } = useTranslation();
  const nameOf = useActorName();
  const search = useSearch({ from: '/o/operations' });
  const navigate = useNavigate();
  const { environment } = usePlace();
  const words = useWorkWords();
  const to = (next: Record<string, string>) => void navigate({ to: '/o/operations', search: next });
  const without = Object.fromEntries(Object.entries(search).filter(([name]) => name !== 'operation'));
  const columns: Column<Operation>[] = [
    { key: 'work', title: t('operations.work'), cell: ({ record }) => words(record.work), text: ({ record }) => words(record.work) },
    { key: 'state', title: t('operations.state'), width: 150, cell: (row) => <State operation={row} />, text: ({ record }) => record.state },
    { key: 'progress', title: t('operations.progress'), width: 170, cell: (row) => <HowFar operation={row} />, text: ({ record }) => String(record.progress.done) },
    { key: 'file', title: t('operations.file'), width: 220, cell: (row) => <File operation={row} />, text: ({ record }) => record.result?.name ?? '' },
    { key: 'by', title: t('operations.askedBy'), width: 110, cell: ({ record }) => nameOf(record.asked_by), text: ({ record }) => nameOf(record.asked_by) },
    { key: 'at', title: t('operations.askedAt'), width: 140, cell: ({ record }) => <Moment at={record.asked_at} />, text: ({ record }) => moment(record.asked_at) },
    { key: 'id', title: t('operations.id'), isExtra: true, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
  ];
  return (
    <Page title={t('operations.title')} lead={t('operations.lead')} actions={<VerifyButton />}>
      <QueryTable<Operation>
        name="operations"
        caption={t('operations.title')}
        columns={columns}
        filters={[{ name: 'state', label: t('operations.state'), choices: STATES.map((value) => ({ value, label: t(`operations.states.${value}`) })) }]}
        rowKey={({ id }) => id}
        kinds={['operation']}
        fetch={async ({ after, limit, filters }, signal) => {
          const { rows, next_after } = await page('/api/v1/operations', { environment, limit, ...filters, ...(after !== undefined && { after }) }, signal);
          return { rows, next: next_after ?? undefined };
        }}
        search={search}
        onSearch={to}
        onOpen={({ id }) => to({ ...without, operation: id })}
        open={search.operation}
        empty={<EmptyState title={t('operations.noneTitle')} why={t('operations.noneWhy')} />}
      />
      <One id={search.operation} onClose={() => to(without)} />
    </Page>
  );
}

function State({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const state = stateOf(operation);
  return <StatusTag tone={TONES[state]} word={t(`operations.states.${state}`)} />;
}

function HowFar({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const { record } = operation;
  const percent = percentOf(operation);
  if (record.state === 'failed' || record.state === 'cancelled') return null;
  if (isOver(operation)) {
    const findings = record.result?.findings;
    if (findings === null || findings === undefined) return <span className="z-figures">{t('operations.rows', { count: record.result?.rows ?? 0 })}</span>;
    return findings === 0 ? <StatusTag tone="done" word={t('operations.proved')} /> : <StatusTag tone="stopped" word={t('operations.findings', { count: findings })} />;
  }
  if (percent === undefined) return <span className="z-figures">{t('operations.soFar', { count: record.progress.done })}</span>;
  return <Progress size="small" percent={percent} aria-label={t('operations.progress')} />;
}

function File({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const { result } = operation.record;
  if (!result) return null;
  if (!result.link) return <span className="z-quiet">{t('operations.gone', { name: result.name })}</span>;
  return (
    <span>
      <a href={result.link} download={result.name}>
        {result.name}
      </a>{' '}
      <span className="z-quiet z-small">{size(result.bytes)}</span>
    </span>
  );
}

/** One operation: what was asked, what came of it, and whether it may still be stopped. */
function One({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const nameOf = useActorName();
  const language = useLanguage();
  const give = useGive();
  const words = useWorkWords();
  const operation = useOperation(id);
  const seen = operation.data;
  const cancel = seen && saidOf(seen.allowed, 'operations.cancel');
  return (
    <Drawer open={id !== undefined} onClose={onClose} size={560} title={seen ? words(seen.record.work) : t('operations.title')}>
      {operation.error && <ProblemAlert error={operation.error} onRetry={() => void operation.refetch()} />}
      {!seen && !operation.error && <Skeleton active={false} />}
      {seen && (
        <div className="z-stack">
          <p className="z-row">
            <State operation={seen} />
            <span>{t('operations.by', { by: nameOf(seen.record.asked_by), at: moment(seen.record.asked_at) })}</span>
          </p>
          <div>
            <HowFar operation={seen} />
          </div>
          {seen.record.refusal && (
            <p className="z-told z-tone-stopped">
              {textOf(seen.record.refusal.why, language)} {textOf(seen.record.refusal.cure, language)} {t('problem.rule', { rule: seen.record.refusal.rule })}
            </p>
          )}
          {seen.record.result && (
            <p className="z-row">
              <File operation={seen} />
              {seen.record.result.until && <span className="z-quiet">{t('operations.until', { at: moment(seen.record.result.until) })}</span>}
            </p>
          )}
          {seen.record.work.kind === 'export' && <Values value={seen.record.work} label={t('operations.work')} />}
          <DecisionPanel
            actions={
              cancel
                ? [
                    {
                      command: 'operations.cancel',
                      label: t('operations.cancel'),
                      isDanger: true,
                      refused: cancel.refused,
                      consequence: <p>{t('operations.cancelWill')}</p>,
                      onDo: async () => {
                        await give('operations.cancel', { environment: seen.environment, operation: seen.record.id });
                      },
                    },
                  ]
                : []
            }
          />
        </div>
      )}
    </Drawer>
  );
}
