// Work in steps: where one is, back and on. What was typed is the caller's and stays through steps and refusals. Never goes on
// past a step that says it is not ready, and never saves by itself.
import { Button, Steps } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from './ProblemAlert';

/** A step. */
export interface Step {
  key: string;
  title: string;
  content: ReactNode;
  /** Whether one may go on from it. */
  isReady: boolean;
}

interface Given {
  steps: readonly Step[];
  /** What the last step does. What it throws is shown beside what was typed. */
  onFinish: () => Promise<void>;
  finishLabel?: string;
}

export function StepFlow({ steps, onFinish, finishLabel }: Given) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else heading.current?.focus();
  }, [at]);
  const step = steps[at];
  if (!step) return null;
  const isLast = at === steps.length - 1;
  const finish = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onFinish();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="z-flow">
      <Steps size="small" current={at} items={steps.map(({ title }) => ({ title }))} />
      <h3 ref={heading} tabIndex={-1}>
        {step.title} <span className="z-quiet z-small">{t('steps.of', { step: at + 1, all: steps.length })}</span>
      </h3>
      {step.content}
      {error !== undefined && <ProblemAlert error={error} />}
      <div className="z-row">
        <Button disabled={at === 0 || isBusy} onClick={() => setAt(at - 1)}>
          {t('steps.back')}
        </Button>
        {isLast ? (
          <Button type="primary" loading={isBusy} disabled={!step.isReady} onClick={() => void finish()}>
            {finishLabel ?? t('steps.finish')}
          </Button>
        ) : (
          <Button type="primary" disabled={!step.isReady} onClick={() => setAt(at + 1)}>
            {t('steps.next')}
          </Button>
        )}
      </div>
    </div>
  );
}
