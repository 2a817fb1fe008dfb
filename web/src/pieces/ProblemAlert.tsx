// What did not go, in the language of whoever reads: why, what to do now, figures, rule, and a way to try again. Stays until
// another answer comes; never a toast, and never words of its own where the server said something.
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf, textOf } from '../api/problem';
import { moment } from '../format/time';
import { CATALOGUES, useLanguage } from '../text';

const IS_MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** Figures come with a name for programs; most have a word for people too. */
function isNamed(name: string): name is keyof (typeof CATALOGUES)['en']['figure'] {
  return Object.hasOwn(CATALOGUES.en.figure, name);
}

/** The word for a figure; its name for programs where there is none. */
export function figureName(name: string, t: TFunction): string {
  return isNamed(name) ? t(`figure.${name}`) : name;
}

export function ProblemAlert({ error, onRetry, children }: { error: unknown; onRetry?: (() => void) | undefined; children?: ReactNode }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const problem = problemOf(error);
  const { said } = problem;
  const isSilent = typeof said === 'string';
  return (
    <div className="z-problem z-tone-stopped" role="alert">
      <p className="z-problem-why">{isSilent ? t(`problem.${said}Why`) : textOf(said.why, language)}</p>
      <p>{isSilent ? t(`problem.${said}Cure`) : textOf(said.cure, language)}</p>
      {!isSilent && said.figures.length > 0 && (
        <dl className="z-facts">
          {said.figures.map(({ name, value }) => (
            <div key={name}>
              <dt>{isNamed(name) ? t(`figure.${name}`) : <code>{name}</code>}</dt>
              <dd>{IS_MOMENT.test(value) ? moment(value) : value}</dd>
            </div>
          ))}
        </dl>
      )}
      {children}
      <p className="z-problem-foot">
        {!isSilent && said.rule !== undefined && <span>{t('problem.rule', { rule: said.rule })}</span>}
        {!isSilent && <span>{t('problem.code', { code: said.code })}</span>}
        {onRetry && (
          <Button size="small" onClick={onRetry}>
            {t('problem.retry')}
          </Button>
        )}
      </p>
    </div>
  );
}
