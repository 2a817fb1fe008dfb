// What an account has, and how that was over ninety days. Figures are the server's; nothing is added up here.
import { Skeleton } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { isZero, type Money } from '../../format/money';
import { moment } from '../../format/time';
import { Amount } from '../../pieces/Amount';
import { Chart, type Line, type Stretch } from '../../pieces/Chart';
import { EmptyState } from '../../pieces/EmptyState';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { type Asked, type BalanceDays, type Standing, useBalanceDays } from './asking';

/** The figures of an account, as they stand now. */
export function Figures({ standing }: { standing: Standing }) {
  const { t } = useTranslation();
  const { available, frozen, owed, in_withdrawal: going } = standing;
  const all: readonly [string, Money, boolean][] = [
    [t('accounts.figure.available'), available, false],
    [t('accounts.figure.frozen'), frozen, false],
    [t('accounts.figure.owed'), owed, !isZero(owed)],
    [t('accounts.figure.inWithdrawal'), going, false],
  ];
  return (
    <dl className="z-figures-row z-tight">
      {all.map(([label, money, isWrong]) => (
        <div key={label} className={`z-figure${isWrong ? ' z-wrong' : ''}`}>
          <dt>{label}</dt>
          <dd className="z-large">
            <Amount money={money} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The zone in which the server counts days. */
const ZONE = 'Asia/Shanghai';

/** How an account was, day by day. */
export function BalanceChart({ asked }: { asked: Asked }) {
  const { t } = useTranslation();
  const past = useBalanceDays(asked);
  return (
    <Section title={t('accounts.chart.title')}>
      {past.error && <ProblemAlert error={past.error} onRetry={() => void past.refetch()} />}
      {past.isPending && <Skeleton active={false} title={false} paragraph={{ rows: 6 }} />}
      {past.data && (past.data.days.length === 0 ? <EmptyState title={t('accounts.chart.none')} why={t('accounts.chart.noneWhy')} /> : <Drawn past={past.data} />)}
    </Section>
  );
}

function Drawn({ past }: { past: BalanceDays }) {
  const { t } = useTranslation();
  const drawn = useMemo(() => {
    const { days } = past;
    const line = (name: 'warning' | 'suspend' | 'resume_above') => days.map(({ lines }) => lines?.[name].amount);
    const resume = line('resume_above');
    const suspend = line('suspend');
    const lines: Line[] = [
      { name: t('accounts.figure.available'), tone: 'accent', values: days.map(({ available }) => available.amount) },
      { name: t('accounts.figure.frozen'), tone: 'nothing', values: days.map(({ frozen }) => frozen.amount) },
      { name: t('accounts.lines.warning'), tone: 'you', values: line('warning'), isBorder: true },
      { name: t('accounts.lines.suspend'), tone: 'stopped', values: suspend, isBorder: true },
    ];
    // Where both are the same, one line says both.
    if (resume.some((value, at) => value !== suspend[at])) lines.push({ name: t('accounts.lines.resume'), tone: 'done', values: resume, isBorder: true });
    return { days: days.map(({ day }) => day), lines, stretches: stretchesOf(past, t('accounts.chart.stopped')) };
  }, [past, t]);
  return <Chart title={t('accounts.chart.what')} unit={past.currency} {...drawn} />;
}

/** When promotions were stopped: each from the day on which they stopped to the day on which they went on. */
export function stretchesOf({ days, breaker }: Pick<BalanceDays, 'days' | 'breaker'>, name: string): Stretch[] {
  const first = days[0]?.day;
  const last = days.at(-1)?.day;
  if (first === undefined || last === undefined) return [];
  const all: Stretch[] = [];
  let from: string | undefined = breaker[0]?.way === 'closed' ? first : undefined;
  for (const { at, way } of breaker) {
    const day = moment(at, ZONE).slice(0, 10);
    if (way === 'opened') from ??= day;
    else if (from !== undefined) {
      all.push({ name, tone: 'stopped', from, to: day });
      from = undefined;
    }
  }
  if (from !== undefined) all.push({ name, tone: 'stopped', from, to: last });
  return all;
}
