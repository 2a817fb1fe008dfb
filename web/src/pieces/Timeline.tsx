// What happened to a thing, the latest first, as its events say. Never leaves one out, and changes none.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tone } from '../theme/tokens';
import { useActorName } from './actor';
import { Moment } from './Moment';

/** One thing that happened. */
export interface Happening {
  key: string;
  at: string;
  actor: string;
  what: ReactNode;
  detail?: ReactNode;
  tone?: Tone;
}

export function Timeline({ happenings }: { happenings: readonly Happening[] }) {
  const { t } = useTranslation();
  const nameOf = useActorName();
  if (happenings.length === 0) return <p className="z-quiet">{t('timeline.none')}</p>;
  return (
    <ol className="z-timeline">
      {happenings.map(({ key, at, actor, what, detail, tone }) => (
        <li key={key} className={`z-tone-${tone ?? 'nothing'}`}>
          <p>{what}</p>
          {detail !== undefined && <div className="z-quiet">{detail}</div>}
          <p className="z-quiet z-row">
            <Moment at={at} />
            <span>{t('timeline.by', { actor: nameOf(actor) })}</span>
          </p>
        </li>
      ))}
    </ol>
  );
}
