// What other lines would have done to the promotions of a time that is over: what there was beside what there would have been.
// Changes nothing, and works nothing out: the server replays what really moved.
import { useQuery } from '@tanstack/react-query';
import { Button, DatePicker, Input, Segmented, Skeleton } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, told } from '../../api/client';
import { about } from '../../api/live';
import { usePlace } from '../../app/place';
import { Chart } from '../../pieces/Chart';
import { EmptyState } from '../../pieces/EmptyState';
import { MerchantPick } from '../../pieces/Merchant';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import type { Search } from '../../pieces/url';
import { MEASURES, type Measure, measured, readWhatIf, type WhatIf } from './dry';

const LINES = ['suspend', 'resume', 'floor', 'warning', 'recheck_minutes'] as const;
/** Accounts in the chart, at most; the table has all. */
const SHOWN = 20;
const DAYS_BEFORE = 30;
const MOST_DAYS = 90;

export function DryRun({ search, onSearch }: { search: Record<string, string>; onSearch: (search: Search) => void }) {
  const { t } = useTranslation();
  const { environment } = usePlace();
  const { from, to } = search;
  const isAsked = from !== undefined && to !== undefined;
  const answer = useQuery({
    queryKey: about(['policy'], 'what-if', environment, search),
    queryFn: async ({ signal }) => {
      const given = Object.fromEntries(['merchant', ...LINES].flatMap((name) => (search[name] === undefined ? [] : [[name, search[name]]])));
      return readWhatIf(await told(api.GET('/api/v1/what-if', { params: { query: { environment, from: from ?? '', to: to ?? '', ...given } as never }, signal })));
    },
    enabled: isAsked,
    staleTime: Infinity,
  });
  return (
    <>
      <Section title={t('policies.dry.title')} lead={t('policies.dry.lead')}>
        <Asked key={JSON.stringify(search)} search={search} onSearch={onSearch} isBusy={answer.isFetching} />
      </Section>
      {answer.error && <ProblemAlert error={answer.error} onRetry={() => void answer.refetch()} />}
      {isAsked && answer.isPending && !answer.error && <Skeleton active={false} />}
      {answer.data && <Answer whatIf={answer.data} />}
    </>
  );
}

function Asked({ search, onSearch, isBusy }: { search: Record<string, string>; onSearch: (search: Search) => void; isBusy: boolean }) {
  const { t } = useTranslation();
  const [merchant, setMerchant] = useState(search.merchant ?? '');
  const [texts, setTexts] = useState<Search>(() => Object.fromEntries(LINES.map((name) => [name, search[name] ?? ''])));
  const [period, setPeriod] = useState<[Dayjs, Dayjs]>(() => [search.from === undefined ? dayjs().startOf('day').subtract(DAYS_BEFORE, 'day') : dayjs(search.from), search.to === undefined ? dayjs() : dayjs(search.to)]);
  const given = LINES.filter((name) => (texts[name] ?? '').trim() !== '');
  const ask = () => {
    const lines = Object.fromEntries(given.map((name) => [name, (texts[name] ?? '').normalize('NFKC').replace(/[,\s]/g, '')]));
    onSearch({ ...(merchant !== '' && { merchant }), from: period[0].toISOString(), to: period[1].toISOString(), ...lines });
  };
  const line = (name: (typeof LINES)[number]) => (
    <label key={name} className="z-filter">
      {t(`policies.dry.${name}`)}
      <Input className="z-short z-figures" inputMode="decimal" aria-label={t(`policies.dry.${name}`)} placeholder={t('policies.dry.asNow')} value={texts[name] ?? ''} onChange={({ target }) => setTexts({ ...texts, [name]: target.value })} onPressEnter={ask} />
    </label>
  );
  return (
    <div className="z-stack">
      <div className="z-toolbar">
        <MerchantPick label={t('policies.dry.merchant')} value={merchant} onValue={setMerchant} />
        <label className="z-filter">
          {t('policies.dry.period')}
          <DatePicker.RangePicker
            aria-label={t('policies.dry.period')}
            allowClear={false}
            value={period}
            format="YYYY-MM-DD"
            disabledDate={(day, { from }) => day.isAfter(dayjs()) || (from !== undefined && Math.abs(day.diff(from, 'day')) > MOST_DAYS)}
            onChange={(days) => {
              const [begin, end] = days ?? [];
              if (begin && end) setPeriod([begin.startOf('day'), end.isSame(dayjs(), 'day') ? dayjs() : end.endOf('day')]);
            }}
          />
        </label>
        {line('recheck_minutes')}
      </div>
      <div className="z-toolbar">
        {LINES.filter((name) => name !== 'recheck_minutes').map(line)}
        <Button type="primary" loading={isBusy} disabled={given.length === 0} onClick={ask}>
          {t('policies.dry.ask')}
        </Button>
        {given.length === 0 && <span className="z-quiet z-small">{t('policies.dry.notReady')}</span>}
      </div>
    </div>
  );
}

function Answer({ whatIf }: { whatIf: WhatIf }) {
  const { t } = useTranslation();
  const [measure, setMeasure] = useState<Measure>('suspended_seconds');
  const { rows } = whatIf;
  if (rows.length === 0) {
    return (
      <div className="z-card">
        <EmptyState title={t('policies.dry.none')} why={t('policies.dry.noneWhy')} />
      </div>
    );
  }
  const shown = rows.slice(0, SHOWN);
  const values = (of: 'in_force' | 'asked') => shown.map((row) => measured(measure, row[of][measure]));
  return (
    <Section title={t('policies.dry.answer')} lead={t('policies.dry.answerLead')}>
      <dl className="z-figures-row">
        {MEASURES.map((one) => (
          <div key={one} className="z-figure">
            <dt>{t(`policies.dry.measures.${one}`)}</dt>
            <dd>
              <span className="z-big">{measured(one, whatIf.asked[one])}</span> <span className="z-quiet">{t('policies.dry.instead', { was: measured(one, whatIf.in_force[one]) })}</span>
            </dd>
          </div>
        ))}
      </dl>
      <div className="z-row">
        <Segmented aria-label={t('policies.dry.answer')} value={measure} options={MEASURES.map((value) => ({ value, label: t(`policies.dry.measures.${value}`) }))} onChange={setMeasure} />
      </div>
      <Chart
        title={t(`policies.dry.measures.${measure}`)}
        shape="bars"
        first={t('policies.dry.account')}
        days={shown.map(({ name }) => name)}
        lines={[
          { name: t('policies.dry.was'), tone: 'nothing', values: values('in_force') },
          { name: t('policies.dry.wouldBe'), tone: 'accent', values: values('asked') },
        ]}
        unit={t(measure === 'suspended_seconds' ? 'policies.dry.days' : 'policies.dry.times')}
      />
      <div className="z-scroll" tabIndex={0} role="region" aria-label={t('policies.dry.table')}>
        <table className="z-plain">
          <caption className="z-hidden">{t('policies.dry.answer')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('policies.dry.account')}</th>
              {MEASURES.map((one) => (
                <th key={one} scope="col" className="z-right">
                  {t(`policies.dry.measures.${one}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.account}>
                <th scope="row" className="z-label">
                  {row.merchant} <code>{row.account}</code>
                </th>
                {MEASURES.map((one) => (
                  <td key={one} className="z-right z-figures">
                    {measured(one, row.in_force[one])} → <strong>{measured(one, row.asked[one])}</strong>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
