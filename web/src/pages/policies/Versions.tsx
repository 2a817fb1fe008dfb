// Versions of the figures: asked for, confirmed, dropped; who, when, why, and what a second person may do with one. Never decides
// who may.
import { useTranslation } from 'react-i18next';
import { Drawer, Skeleton } from 'antd';
import { saidOf, useGive } from '../../api/act';
import { page, type Schemas } from '../../api/client';
import { useObject } from '../../api/live';
import { usePlace } from '../../app/place';
import { moment } from '../../format/time';
import { useActorName } from '../../pieces/actor';
import { DecisionPanel } from '../../pieces/DecisionPanel';
import { EmptyState } from '../../pieces/EmptyState';
import { Moment } from '../../pieces/Moment';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { QueryTable, type Column } from '../../pieces/QueryTable';
import { StatusTag } from '../../pieces/StatusTag';
import type { Search } from '../../pieces/url';
import type { Tone } from '../../theme/tokens';
import { changesOf } from './figures';
import { useInForce } from './InForce';
import { useFigureWords } from './words';

type Version = Schemas['PolicyVersion'];

/** Where a version stands: one that is confirmed holds from its moment on. */
export function standingOf({ state, valid_from }: Version, now: Date): { tone: Tone; key: 'proposed' | 'toCome' | 'holds' | 'dropped' } {
  if (state.name === 'proposed') return { tone: 'you', key: 'proposed' };
  if (state.name === 'dropped') return { tone: 'nothing', key: 'dropped' };
  return new Date(valid_from) > now ? { tone: 'us', key: 'toCome' } : { tone: 'done', key: 'holds' };
}

export function Versions({ search, onSearch }: { search: Record<string, string>; onSearch: (search: Search) => void }) {
  const { t } = useTranslation();
  const nameOf = useActorName();
  const { environment } = usePlace();
  const words = useFigureWords();
  const said = (row: Version) => changesOf(row.figures).map(([name, value]) => `${words.name(name)}: ${words.value(name, value)}`);
  const decided = ({ state }: Version) => (state.name === 'confirmed' ? nameOf(state.checker) : state.name === 'dropped' ? nameOf(state.by) : '');
  const columns: Column<Version>[] = [
    { key: 'state', title: t('policies.state'), width: 170, cell: (row) => <Standing row={row} />, text: (row) => t(`policies.states.${standingOf(row, new Date()).key}`) },
    { key: 'from', title: t('policies.validFrom'), width: 140, cell: ({ valid_from }) => <Moment at={valid_from} />, text: ({ valid_from }) => moment(valid_from) },
    {
      key: 'figures',
      title: t('policies.changes'),
      cell: (row) => (
        <ul>
          {said(row).map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      ),
      text: (row) => said(row).join('; '),
    },
    { key: 'reason', title: t('policies.reason'), cell: ({ reason }) => reason, text: ({ reason }) => reason },
    { key: 'maker', title: t('policies.maker'), width: 110, cell: ({ maker }) => nameOf(maker), text: ({ maker }) => nameOf(maker) },
    { key: 'checker', title: t('policies.checker'), width: 110, cell: decided, text: decided },
    { key: 'id', title: t('policies.id'), isExtra: true, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
  ];
  const without = Object.fromEntries(Object.entries(search).filter(([name]) => name === 'trail' || name === 'page'));
  return (
    <>
      <QueryTable<Version>
        name="policies"
        caption={t('policies.tabs.versions')}
        columns={columns}
        rowKey={({ id }) => id}
        kinds={['policy']}
        fetch={async ({ after, limit }, signal) => {
          const { rows, next_after } = await page('/api/v1/policies', { environment, limit, order: 'newest', ...(after !== undefined && { after }) }, signal);
          return { rows: rows.map(({ record }) => record), next: next_after ?? undefined };
        }}
        search={search}
        onSearch={onSearch}
        onOpen={({ id }) => onSearch({ ...without, version: id })}
        open={search.version}
        empty={<EmptyState title={t('policies.noVersions')} why={t('policies.noVersionsWhy')} />}
      />
      <One id={search.version} onClose={() => onSearch(without)} />
    </>
  );
}

function Standing({ row }: { row: Version }) {
  const { t } = useTranslation();
  const { tone, key } = standingOf(row, new Date());
  return <StatusTag tone={tone} word={t(`policies.states.${key}`)} />;
}

/** One version beside what holds now, and what may be done with it. */
function One({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const nameOf = useActorName();
  const give = useGive();
  const words = useFigureWords();
  const version = useObject('/api/v1/policies', 'policy', id);
  const { environment } = usePlace();
  const holding = useInForce(environment, undefined);
  const seen = version.data;
  const changes = seen ? changesOf(seen.record.figures) : [];
  const now = new Map<string, unknown>(Object.entries(holding.data?.prepaid ?? {}));
  const table = (
    <table className="z-plain">
      <caption className="z-hidden">{t('policies.changes')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('policies.figure')}</th>
          <th scope="col" className="z-right">
            {t('policies.holdsNow')}
          </th>
          <th scope="col" className="z-right">
            {t('policies.willHold')}
          </th>
        </tr>
      </thead>
      <tbody>
        {changes.map(([name, value]) => (
          <tr key={name}>
            <th scope="row" className="z-label">
              {words.name(name)}
            </th>
            <td className="z-right z-figures">{now.has(name) ? words.value(name, now.get(name)) : ''}</td>
            <td className="z-right z-figures">
              <strong>{words.value(name, value)}</strong>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
  const actions = seen
    ? (['policy.confirm', 'policy.drop'] as const).flatMap((command) => {
        const said = saidOf(seen.allowed, command);
        if (!said) return [];
        const isConfirm = command === 'policy.confirm';
        return [
          {
            command,
            label: t(isConfirm ? 'policies.confirm' : 'policies.drop'),
            isMain: isConfirm,
            isDanger: !isConfirm,
            refused: said.refused,
            consequence: (
              <>
                <p>{t(isConfirm ? 'policies.confirmWill' : 'policies.dropWill', { at: moment(seen.record.valid_from) })}</p>
                {table}
              </>
            ),
            onDo: async () => {
              await give(command, { environment: seen.environment, policy: seen.record.id });
            },
          },
        ];
      })
    : [];
  return (
    <Drawer open={id !== undefined} onClose={onClose} size={560} title={t('policies.version')}>
      {version.error && <ProblemAlert error={version.error} onRetry={() => void version.refetch()} />}
      {!seen && !version.error && <Skeleton active={false} />}
      {seen && (
        <div className="z-stack">
          <p className="z-row">
            <Standing row={seen.record} />
            <span>{t('policies.from', { at: moment(seen.record.valid_from) })}</span>
            <span className="z-fill" />
            <code>{seen.record.id}</code>
          </p>
          {table}
          <dl className="z-facts">
            <div>
              <dt>{t('policies.reason')}</dt>
              <dd>{seen.record.reason}</dd>
            </div>
            <div>
              <dt>{t('policies.maker')}</dt>
              <dd>{nameOf(seen.record.maker)}</dd>
            </div>
            {seen.record.state.name === 'confirmed' && (
              <div>
                <dt>{t('policies.checker')}</dt>
                <dd>
                  {nameOf(seen.record.state.checker)} <Moment at={seen.record.state.at} />
                </dd>
              </div>
            )}
            {seen.record.state.name === 'dropped' && (
              <div>
                <dt>{t('policies.states.dropped')}</dt>
                <dd>{seen.record.state.by}</dd>
              </div>
            )}
          </dl>
          <DecisionPanel actions={actions} />
        </div>
      )}
    </Drawer>
  );
}
