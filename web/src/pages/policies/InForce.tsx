// The figures that hold, now or at a moment, in groups and in words. Never says when they change: versions do.
import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Schemas, told } from '../../api/client';
import { about } from '../../api/live';
import { type Environment, usePlace } from '../../app/place';
import { MomentPick } from '../../pieces/MomentPick';
import { Moment } from '../../pieces/Moment';
import { Section } from '../../pieces/Page';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { GROUPED, isNamed } from './figures';
import { useFigureWords } from './words';

/** What holds at a moment. */
export type Holding = Schemas['PoliciesInForce'];

/** What a figure of prepaid accounts may be set to, as the server says it. */
export function rangeOf(holding: Holding, name: string): { least: number; most: number } | undefined {
  return holding.ranges.find((range) => range.subject === 'prepaid' && range.name === name);
}

/** The figures in force. */
export function useInForce(environment: Environment, at: string | undefined) {
  return useQuery({
    queryKey: about(['policy'], 'in-force', environment, at),
    queryFn: ({ signal }) => told(api.GET('/api/v1/policies/in-force', { params: { query: { environment, ...(at !== undefined && { at }) } }, signal })),
  });
}

export function InForce({ at, onAt }: { at: string | undefined; onAt: (at: string | undefined) => void }) {
  const { t } = useTranslation();
  const { environment } = usePlace();
  const holding = useInForce(environment, at);
  const words = useFigureWords();
  const { data, error } = holding;
  const others = data ? Object.entries(data.prepaid).filter(([name]) => !isNamed(name)) : [];
  return (
    <>
      <div className="z-card z-toolbar">
        <MomentPick label={t('policies.at')} value={at} onValue={onAt} />
        {at !== undefined && <Button onClick={() => onAt(undefined)}>{t('policies.now')}</Button>}
        <span className="z-fill" />
        {data && (
          <span className="z-quiet">
            {t('policies.holdsAt')} <Moment at={data.at} />, {t('policies.amounts')}
          </span>
        )}
      </div>
      {error && <ProblemAlert error={error} onRetry={() => void holding.refetch()} />}
      {!data && !error && <Skeleton active={false} />}
      {data && (
        <div className="z-pair">
          {GROUPED.map(({ group, names }) => (
            <Section key={group} title={t(`policies.groups.${group}`)}>
              <table className="z-plain">
                <caption className="z-hidden">{t(`policies.groups.${group}`)}</caption>
                <thead className="z-hidden">
                  <tr>
                    <th scope="col">{t('policies.figure')}</th>
                    <th scope="col">{t('policies.value')}</th>
                  </tr>
                </thead>
                <tbody>
                  {names.map((name) => (
                    <tr key={name}>
                      <th scope="row" className="z-label">
                        {words.name(name)}
                        <span className="z-quiet z-small z-block">{words.range(name, rangeOf(data, name))}</span>
                      </th>
                      <td className="z-right z-figures">{words.value(name, data.prepaid[name])}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Section>
          ))}
          {others.length > 0 && (
            <Section title={t('policies.others')}>
              <dl className="z-facts">
                {others.map(([name, value]) => (
                  <div key={name}>
                    <dt>
                      <code>{name}</code>
                    </dt>
                    <dd>{words.value(name, value)}</dd>
                  </div>
                ))}
              </dl>
            </Section>
          )}
        </div>
      )}
    </>
  );
}
