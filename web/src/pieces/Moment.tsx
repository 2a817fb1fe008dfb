// A moment, and a deadline with the time that is left. Never decides whether it holds.
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { moment, standing } from '../format/time';
import { useLanguage } from '../text';
import { StatusTag } from './StatusTag';

/** The present, told anew each half minute. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function Moment({ at }: { at: string }) {
  return (
    <time className="z-moment" dateTime={at}>
      {moment(at)}
    </time>
  );
}

/** `now` is given by tests and the gallery only. */
export function Deadline({ at, now }: { at: string; now?: Date }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const present = useNow();
  const { isLate, isNear, words } = standing(at, now ?? present, language);
  return (
    <span className="z-deadline">
      {isLate && <StatusTag tone="stopped" word={t('deadline.late')} />}
      {isNear && <StatusTag tone="you" word={t('deadline.near')} />}
      <span>{words}</span>
      <Moment at={at} />
    </span>
  );
}
